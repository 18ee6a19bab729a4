package reports

// ReadJSONUpTo is ReadJSON with a bound that a test can reach.
var ReadJSONUpTo = readJSON
