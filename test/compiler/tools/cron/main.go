// Writes the tables that the schedule tests compare with, by the parser and the search that Kubernetes itself uses.
//
//	go run . judge  < specs     one JSON string a line -> "taken" or "refused", a tab, the spec
//	go run . fires  < specs     -> the next five firings of every spec that is taken, by zone and date
//	go run . ask    < questions one JSON object {spec, zone, afterMs} a line -> refused, never or epoch milliseconds, a line each
//	go run . zones              the names of the time zone database that Go carries
package main

import (
	"archive/zip"
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"time"
	_ "time/tzdata"

	"github.com/robfig/cron/v3"
)

var zones = []string{
	"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia", "Asia/Beirut",
}

// Shortly before changes of the clocks, a year's end, and the leap day before the year 2100, which has none.
var dates = []string{
	"2026-03-07T12:34:56Z", "2026-03-28T21:00:00Z", "2026-10-24T20:59:59Z", "2026-11-01T04:30:00Z", "2027-12-31T23:59:59Z",
	"2018-11-03T12:00:00Z", "2016-03-26T20:00:00Z", "2096-02-28T23:00:00Z",
}

const firings = 5

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	switch os.Args[1] {
	case "judge":
		eachLine(func(line []byte) { judge(out, spec(line), string(line)) })
	case "fires":
		index := 0
		eachLine(func(line []byte) {
			if schedule, err := parse(spec(line)); err == nil {
				index++
				fires(out, schedule, string(line), index)
			}
		})
	case "ask":
		eachLine(func(line []byte) { fmt.Fprintln(out, answer(line)) })
	case "zones":
		for _, name := range zoneNames() {
			fmt.Fprintln(out, name)
		}
	default:
		log.Fatalf("unknown word %q", os.Args[1])
	}
}

func eachLine(do func([]byte)) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if len(lines.Bytes()) > 0 {
			do(lines.Bytes())
		}
	}
}

func spec(line []byte) (text string) {
	if err := json.Unmarshal(line, &text); err != nil {
		log.Fatalf("%s: %v", line, err)
	}
	return text
}

// parse refuses what the API server refuses besides, and where it recovers from a panic.
func parse(text string) (schedule cron.Schedule, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%v", problem)
		}
	}()
	if strings.Contains(text, "TZ") {
		return nil, fmt.Errorf("holds TZ")
	}
	return cron.ParseStandard(text)
}

func judge(out *bufio.Writer, text, line string) {
	word := "taken"
	if _, err := parse(text); err != nil {
		word = "refused"
	}
	fmt.Fprintf(out, "%s\t%s\n", word, line)
}

// Every spec in three of the zones and three of the dates, in turn, so that the table stays readable.
func fires(out *bufio.Writer, schedule cron.Schedule, line string, index int) {
	fmt.Fprintln(out, line)
	for z := range 3 {
		zone := zones[(index*3+z)%len(zones)]
		location, err := time.LoadLocation(zone)
		if err != nil {
			log.Fatal(err)
		}
		for d := range 3 {
			after, err := time.Parse(time.RFC3339, dates[(index+z+d*3)%len(dates)])
			if err != nil {
				log.Fatal(err)
			}
			fmt.Fprintf(out, "  %s after %s:%s\n", zone, after.Format("2006-01-02T15:04:05Z"), nextFirings(schedule, after.In(location)))
		}
	}
}

func nextFirings(schedule cron.Schedule, time time.Time) string {
	var text strings.Builder
	for range firings {
		time = next(schedule, time)
		if time.IsZero() {
			return text.String() + " never"
		}
		text.WriteString(time.UTC().Format(" 2006-01-02T15:04:05Z"))
	}
	return text.String()
}

func answer(line []byte) string {
	var question struct {
		Spec    string
		Zone    string
		AfterMs int64
	}
	if err := json.Unmarshal(line, &question); err != nil {
		log.Fatalf("%s: %v", line, err)
	}
	schedule, err := parse(question.Spec)
	if err != nil {
		return "refused"
	}
	location, err := time.LoadLocation(question.Zone)
	if err != nil {
		return "no zone"
	}
	firing := next(schedule, time.UnixMilli(question.AfterMs).In(location))
	if firing.IsZero() {
		return "never"
	}
	return fmt.Sprint(firing.UnixMilli())
}

// next spares the search through every minute of five years for a schedule with an empty field, which never fires.
func next(schedule cron.Schedule, after time.Time) time.Time {
	if fields, ok := schedule.(*cron.SpecSchedule); ok && (fields.Minute == 0 || fields.Hour == 0 || fields.Month == 0) {
		return time.Time{}
	}
	return schedule.Next(after)
}

func zoneNames() (names []string) {
	archive, err := zip.OpenReader(filepath.Join(runtime.GOROOT(), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		log.Fatal(err)
	}
	for _, file := range archive.File {
		if !strings.HasSuffix(file.Name, "/") {
			names = append(names, file.Name)
		}
	}
	sort.Strings(names)
	return names
}
