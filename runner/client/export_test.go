package client

// Raced is raced for its specs.
var Raced = raced
