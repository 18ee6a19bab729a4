package suite_test

import (
	"context"
	"testing"
	"time"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/runner/suite"
)

// TestReferenceClient is the door for clients, used on our own. The whole corpus is
// played on it by the specs of package refclient.
func TestReferenceClient(t *testing.T) {
	suite.TestClient(t, func(ctx context.Context, ask client.Connect, r client.Reporter) error {
		source := refclient.Connect(ctx, refclient.Options{
			URL: ask.URL, LastEventID: ask.LastEventID, Retry: time.Duration(ask.Retry) * time.Millisecond,
		}, refclient.Handlers{Open: r.Open, Event: r.Event, Comment: r.Comment, Error: r.Error})
		select {
		case <-source.Done():
		case <-ctx.Done():
			source.Close()
			<-source.Done()
		}
		return nil
	}, suite.Browser(), suite.Strict(), suite.Timeout(15*time.Second),
		suite.Run("examples/**", "client/announce/**", "client/last-event-id/**"), suite.Capabilities(client.Opens, client.Errors, client.Comments, client.LastEventID, client.Retry))
}
