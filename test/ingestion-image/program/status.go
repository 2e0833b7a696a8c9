package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// PipelineStatus is a run as OpenMetadata keeps it. Times are milliseconds.
type PipelineStatus struct {
	RunID         string          `json:"runId"`
	PipelineState string          `json:"pipelineState"`
	StartDate     int64           `json:"startDate,omitempty"`
	Timestamp     int64           `json:"timestamp,omitempty"`
	EndDate       int64           `json:"endDate,omitempty"`
	Status        []StepSummary   `json:"status,omitempty"`
	Config        json.RawMessage `json:"config,omitempty"`
	Metadata      json.RawMessage `json:"metadata,omitempty"`
}

// StepSummary is what one step of the workflow did.
type StepSummary struct {
	Name           string        `json:"name"`
	Records        int           `json:"records"`
	UpdatedRecords int           `json:"updated_records"`
	Warnings       int           `json:"warnings"`
	Errors         int           `json:"errors"`
	Filtered       int           `json:"filtered"`
	Failures       []StepFailure `json:"failures,omitempty"`
}

// StepFailure is one thing that a step could not do.
type StepFailure struct {
	Name  string `json:"name"`
	Error string `json:"error"`
}

type run struct {
	config Workflow
	client *http.Client
	start  time.Time
}

func newRun(config Workflow) *run {
	return &run{config: config, client: newClient(*config.WorkflowConfig.Server), start: time.Now()}
}

func transport(server Server) http.RoundTripper {
	settings := &tls.Config{InsecureSkipVerify: server.VerifySSL != "validate"}
	if server.VerifySSL == "validate" && server.SSLConfig != nil {
		settings.RootCAs = authorities(server.SSLConfig.CaCertificate)
	}
	return &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: settings}
}

// authorities reads certificates that are given as text or as the path of a file.
func authorities(certificate string) *x509.CertPool {
	text := []byte(certificate)
	if !strings.HasPrefix(certificate, "-----BEGIN") {
		text, _ = os.ReadFile(certificate)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return pool
}

// post writes the run's state as the ingestion image does: the row is read first, a row that exists gets an end date
// with every change, whatever the change, and an error is logged and nothing more.
func (r *run) post(state string, steps []StepSummary) {
	if r.config.IngestionPipelineFQN == "" || r.config.PipelineRunID == "" {
		info("No ingestionPipelineFQN or pipelineRunId: the state [%s] is not sent", state)
		return
	}
	if err := r.upsert(state, steps); err != nil {
		logLine("ERROR", "Unhandled error trying to update Ingestion Pipeline status [%v]", err)
	}
}

func (r *run) upsert(state string, steps []StepSummary) error {
	path := "/v1/services/ingestionPipelines/" + url.PathEscape(r.config.IngestionPipelineFQN) + "/pipelineStatus"
	row, found, err := r.read(path + "/" + url.PathEscape(r.config.PipelineRunID))
	if err != nil {
		return err
	}
	if !found {
		row = PipelineStatus{RunID: r.config.PipelineRunID, StartDate: r.start.UnixMilli(), Timestamp: r.start.UnixMilli()}
	} else {
		row.EndDate = time.Now().UnixMilli()
	}
	row.PipelineState = state
	if steps != nil {
		row.Status = steps
	}
	body, err := json.Marshal(row)
	if err != nil {
		return err
	}
	status, answer, err := r.call(http.MethodPut, path, body)
	if err == nil && status > 299 {
		err = fmt.Errorf("PUT pipelineStatus: %d %s", status, answer)
	}
	return err
}

// stream sends lines of the log as the ingestion image does with enableStreamableLogs.
func (r *run) stream(lines []string) {
	path := "/v1/services/ingestionPipelines/logs/" + url.PathEscape(r.config.IngestionPipelineFQN) + "/" + url.PathEscape(r.config.PipelineRunID)
	body, err := json.Marshal(map[string]any{
		"logs": strings.Join(lines, ""), "timestamp": time.Now().UnixMilli(), "connectorId": "stand-in-1", "compressed": false, "lineCount": len(lines),
	})
	if err == nil {
		_, _, err = r.call(http.MethodPost, path, body)
	}
	if err != nil {
		logLine("ERROR", "Failed to send logs [%v]", err)
	}
}

func (r *run) read(path string) (PipelineStatus, bool, error) {
	var row PipelineStatus
	status, answer, err := r.call(http.MethodGet, path, nil)
	switch {
	case err != nil:
		return row, false, err
	case status == http.StatusNotFound || status == http.StatusNoContent:
		return row, false, nil
	case status != http.StatusOK:
		return row, false, fmt.Errorf("GET pipelineStatus: %d %s", status, answer)
	}
	// A server without this run may also answer 200 with nothing in it.
	if err := json.Unmarshal(answer, &row); err != nil {
		return row, false, fmt.Errorf("GET pipelineStatus: the answer is not JSON")
	}
	return row, row.RunID == r.config.PipelineRunID, nil
}

func (r *run) call(method, path string, body []byte) (int, []byte, error) {
	return callServer(r.client, r.config.WorkflowConfig.Server, method, path, body)
}

func newClient(server Server) *http.Client {
	return &http.Client{Timeout: 30 * time.Second, Transport: transport(server)}
}

func callServer(client *http.Client, server *Server, method, path string, body []byte) (int, []byte, error) {
	request, err := http.NewRequest(method, strings.TrimRight(server.HostPort, "/")+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+server.SecurityConfig.JwtToken)
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	return response.StatusCode, bytes.TrimSpace(answer), err
}

func summary(pipelineType, end string, records int) []StepSummary {
	source := StepSummary{Name: "Source", Records: records}
	sink := StepSummary{Name: "OpenMetadata", Records: records}
	switch end {
	case "partialSuccess":
		source.Records, source.Errors = max(records-1, 0), 1
		source.Failures = []StepFailure{{Name: "table_1", Error: "could not be read"}}
	case "failed":
		source.Records, source.Errors = 0, max(records, 1)
		source.Failures = []StepFailure{{Name: pipelineType, Error: "the source could not be read"}}
	}
	return []StepSummary{source, sink}
}
