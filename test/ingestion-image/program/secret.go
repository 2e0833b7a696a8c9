package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
)

// ExpectedSecret is a value that the program must find in its config, told by its digest, so that neither the request nor the
// log holds it.
type ExpectedSecret struct {
	// Path is where in the config it stands, with dots between the keys.
	Path string `json:"path"`
	// Sha256 is the digest of the value, in hex.
	Sha256 string `json:"sha256"`
}

// isFound tells whether the config holds that very value there.
func (e ExpectedSecret) isFound() bool {
	var value any
	if err := json.Unmarshal([]byte(os.Getenv("config")), &value); err != nil {
		return false
	}
	for key := range strings.SplitSeq(e.Path, ".") {
		object, _ := value.(map[string]any)
		value = object[key]
	}
	text, isText := value.(string)
	digest := sha256.Sum256([]byte(text))
	return isText && hex.EncodeToString(digest[:]) == e.Sha256
}
