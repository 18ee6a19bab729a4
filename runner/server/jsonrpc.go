package server

import "encoding/json"

// jsonRPCID is the id of the JSON-RPC request in a body, as JSON writes it, and
// "" where the body is no single request that wants an answer
// (https://www.jsonrpc.org/specification#request_object).
func jsonRPCID(body []byte) string {
	var request struct {
		Version string          `json:"jsonrpc"`
		Method  string          `json:"method"`
		ID      json.RawMessage `json:"id"`
	}
	if json.Unmarshal(body, &request) != nil || request.Version != "2.0" || request.Method == "" || string(request.ID) == "null" {
		return ""
	}
	return string(request.ID)
}
