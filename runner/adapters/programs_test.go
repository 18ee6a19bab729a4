package adapters_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/process"
	"github.com/ssecheck/ssecheck/runner/protocol"
)

// listening starts a server's program, which ends with the container, and returns
// the URL that it listens at.
func listening(ctx SpecContext, command string) (url string) {
	GinkgoHelper()
	program, err := process.Start("exec "+command, "PORT=0")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() {
		program.Stop(5 * time.Second)
		Expect(program.ExitCode()).To(BeZero(), "%s, %s", program.Exit(), program.Stderr())
		_ = program.Close(0)
	})
	line := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(program.Stdout()).ReadString('\n')
		line <- text
	}()
	var said string
	Eventually(ctx, line).WithTimeout(time.Minute).Should(Receive(&said))
	url, ok := strings.CutPrefix(strings.TrimSpace(said), "listening at ")
	Expect(ok).To(BeTrue(), "%q, %s", said, program.Stderr())
	return url
}

// introduced is what a server says of itself.
func introduced(ctx SpecContext, url string) protocol.Hello {
	GinkgoHelper()
	response := ask(ctx, url, protocol.HelloLine)
	Expect(response.Header.Get("Content-Type")).To(HavePrefix("application/json"))
	body, err := io.ReadAll(response.Body)
	Expect(err).NotTo(HaveOccurred())
	hello, err := protocol.ReadHello(body)
	Expect(err).NotTo(HaveOccurred())
	Expect(hello.Takes("encoder")).To(Succeed())
	return hello
}

// ask hands a script, or the hello, to a scripted server.
func ask(ctx context.Context, url, script string) *http.Response {
	GinkgoHelper()
	return do(ctx, http.MethodPost, url+"/script", script)
}

func do(ctx context.Context, method, url, body string) *http.Response {
	GinkgoHelper()
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(response.Body.Close)
	return response
}

// dialog is what an adapter answers to these lines, until it ends by itself.
func dialog(command string, lines ...string) (answers []map[string]any) {
	GinkgoHelper()
	program, err := process.Start(command)
	Expect(err).NotTo(HaveOccurred())
	defer func() { Expect(program.Close(5 * time.Second)).To(Succeed()) }()
	_, err = program.Stdin().WriteString(strings.Join(lines, "\n") + "\n")
	Expect(err).NotTo(HaveOccurred())
	program.CloseStdin()
	out := json.NewDecoder(program.Stdout())
	for {
		var answer map[string]any
		if out.Decode(&answer) != nil {
			return answers
		}
		answers = append(answers, answer)
	}
}
