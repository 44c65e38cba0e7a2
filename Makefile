# make check is what must be green before a change is done.
.PHONY: check test fmt vet lint build fuzz bench

check: fmt vet lint test

build:
	go build -trimpath -o frontdoor ./cmd/frontdoor

test:
	go test ./...

fmt:
	@test -z "$$(gofmt -l cmd internal bench browsertest 2>/dev/null)" || { echo "gofmt these:"; gofmt -l cmd internal bench browsertest; exit 1; }

vet:
	go vet ./...

lint:
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

# Each fuzz target for FUZZ seconds.
FUZZ ?= 20s
fuzz:
	@for pkg in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZ) $$pkg || exit 1; \
		done; \
	done

bench:
	go run ./bench
