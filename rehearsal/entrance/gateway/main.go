// Command envoy-gateway is what the image of Envoy Gateway runs: a module of its own, so that only a rehearsal with an
// entrance waits for its build.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/envoyproxy/gateway/cmd/envoy-gateway/root"
)

func main() {
	if err := root.GetRootCommand(nil).ExecuteContext(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
