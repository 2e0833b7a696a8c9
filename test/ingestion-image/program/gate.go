package main

import (
	"net/http"
	"os"
	"time"
)

const askAgainAfter = 200 * time.Millisecond

// waitForAnswer asks at WaitAt until there is an answer, so that a test decides when the work goes on, and no clock does.
func (s Simulation) waitForAnswer(stop <-chan os.Signal) error {
	if s.WaitAt == "" {
		return nil
	}
	answered := make(chan struct{})
	go func() {
		for !isAnswered(s.WaitAt) {
			time.Sleep(askAgainAfter)
		}
		close(answered)
	}()
	return goOn(s, answered, stop)
}

func isAnswered(address string) bool {
	response, err := http.Get(address)
	if err != nil {
		return false
	}
	response.Body.Close()
	return true
}
