package main

import (
	"fmt"
	"log"
	"net/http"

	"git.corp.example/billing/rates"
)

func main() {
	http.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "up")
	})
	http.HandleFunc("/price", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, rates.Of(r.URL.Query().Get("tariff")))
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
