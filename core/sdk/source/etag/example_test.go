package etag_test

import (
	"fmt"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/etag"
)

// status is the part of an answer that a plugin reads.
type status struct {
	Active int `json:"active"`
}

// The key depends on the type, so that a new version of the plugin does not take an answer for
// another one.
func ExampleKey() {
	type other struct {
		Active string `json:"active"`
	}
	const url, user = "https://recorder/status", "usagedata"
	key := etag.Key[status](url, user)
	for _, another := range []string{etag.Key[status](url, user), etag.Key[other](url, user)} {
		fmt.Println(key == another)
	}
	// Output:
	// true
	// false
}

// In the first cycle the answer is read. In the next one its ETag is sent in If-None-Match, and the
// product answers that nothing has changed.
func ExampleRemember() {
	var carryover sdk.Carryover
	key := etag.Key[status]("https://recorder/status")
	etag.Remember(&carryover, key, `"1"`, status{Active: 7})
	known, value, ok := etag.Recall[status](&carryover, key)
	fmt.Println(known.ETag, value.Active, ok)
	known.Confirm(&carryover, key)
	// Output:
	// "1" 7 true
}

// Without an answer that was kept, the ETag is empty, and the request has no condition.
func ExampleRecall() {
	var carryover sdk.Carryover
	known, _, ok := etag.Recall[status](&carryover, "no key")
	fmt.Println(known.ETag == "", ok)
	// Output:
	// true false
}

// An answer that was confirmed for a day is read again.
func ExampleAnswer() {
	var carryover sdk.Carryover
	key := etag.Key[status]("https://recorder/status")
	etag.Remember(&carryover, key, `"1"`, status{Active: 7})
	cycles := 1
	for {
		known, _, ok := etag.Recall[status](&carryover, key)
		if !ok {
			break
		}
		known.Confirm(&carryover, key)
		cycles++
	}
	fmt.Println(cycles, "cycles")
	// Output:
	// 24 cycles
}
