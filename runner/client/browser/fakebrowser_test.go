package browser_test

import (
	"context"
	"fmt"
	"os"
)

// fakeBrowserEnv makes this test binary a browser, which behaves as its value
// says: ends, sleeps, loads (and runs no script), or obeys, in which case it
// crashes or hangs when it is given an event source of that name.
const fakeBrowserEnv = "SSECHECK_TEST_FAKE_BROWSER"

func fakeBrowser(behaviour string, args []string) int {
	if args[0] == "--version" {
		fmt.Println("Chromium 140.0.7339.80 built on nothing")
		return 0
	}
	fmt.Fprintln(os.Stderr, "last words of", behaviour)
	page := newFakePage(args[len(args)-1])
	ctx, cancel := context.WithTimeout(context.Background(), 2*generous) // it ends, whoever forgets it
	defer cancel()
	switch behaviour {
	case "ends":
		return 3
	case "sleeps":
		<-ctx.Done()
	case "loads":
		_, _ = noReuse.Get(page.home)
		<-ctx.Done()
	case "obeys":
		if err := page.load(ctx, "HeadlessChrome/140.0.0.0"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 4
		}
		return obey(ctx, page)
	}
	return 5
}

func obey(ctx context.Context, page *fakePage) int {
	for {
		c, err := page.command(ctx)
		if err != nil {
			return 0
		}
		switch {
		case c.Name == "crash":
			return 7
		case c.Name == "hang":
			<-ctx.Done()
		case c.Op == "connect":
			_ = page.report(ctx, made(c.Stream), fmt.Sprintf(`{"stream":%d,"on":"open"}`, c.Stream))
		case c.Op == "close":
			_ = page.report(ctx, fmt.Sprintf(`{"stream":%d,"on":"closed"}`, c.Stream))
		}
	}
}
