// Package items makes lists of items for encoders: hostile ones, ordinary ones, and
// those between. It knows what a list must be for the corpus' rules to judge it, and
// which kinds of values a list holds, by which a campaign sees what is new.
//
// It calls no encoder and judges nothing.
package items
