package fakekafka_test

import (
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kbin"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"convoke/test/fakekafka"
)

// client is one connection to a broker.
type client struct {
	t *testing.T
	net.Conn
}

func dial(t *testing.T, address string) client {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return client{t, c}
}

func (c client) send(request kmsg.Request) {
	c.t.Helper()
	if _, err := c.Write(kmsg.NewRequestFormatter().AppendRequest(nil, request, 1)); err != nil {
		c.t.Fatal(err)
	}
}

func (c client) receive(response kmsg.Response) {
	c.t.Helper()
	size := make([]byte, 4)
	_, err := io.ReadFull(c, size)
	body := make([]byte, binary.BigEndian.Uint32(size))
	if err == nil {
		_, err = io.ReadFull(c, body)
	}
	reader := kbin.Reader{Src: body}
	reader.Int32() // which request it answers
	if err == nil {
		err = response.ReadFrom(reader.Src)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

func join(member string) *kmsg.JoinGroupRequest {
	request := kmsg.NewPtrJoinGroupRequest()
	request.Version, request.Group, request.MemberID, request.ProtocolType = 2, "group", member, "consumer"
	request.SessionTimeoutMillis, request.RebalanceTimeoutMillis = 2000, 20_000
	request.Protocols = []kmsg.JoinGroupRequestProtocol{{Name: "range"}}
	return request
}

func TestAMemberThatDiesWhileItJoinsIsStruckOff(t *testing.T) {
	t.Parallel()
	address := fakekafka.Start(t, kfake.NumBrokers(1), kfake.GroupMinSessionTimeout(time.Second)).ListenAddrs()[0]
	first, second := dial(t, address), dial(t, address)
	joined := kmsg.NewPtrJoinGroupResponse()
	joined.Version = 2
	first.send(join(""))
	first.receive(joined)
	second.send(join("")) // waits for the first
	beat := func() int16 {
		request, response := kmsg.NewPtrHeartbeatRequest(), kmsg.NewPtrHeartbeatResponse()
		request.Group, request.Generation, request.MemberID = "group", joined.Generation, joined.MemberID
		first.send(request)
		first.receive(response)
		return response.ErrorCode
	}
	await := func(what string, code int16) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); beat() != code; <-time.After(50 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal(what)
			}
		}
	}
	await("the second does not join", kerr.RebalanceInProgress.Code)
	_ = second.Close()
	<-time.After(100 * time.Millisecond) // a broker would have noticed
	first.send(join(joined.MemberID))
	first.receive(joined)
	if len(joined.Members) != 2 {
		t.Fatalf("%d members", len(joined.Members))
	}
	synced := kmsg.NewPtrSyncGroupRequest()
	synced.Group, synced.Generation, synced.MemberID = "group", joined.Generation, joined.MemberID
	first.send(synced)
	first.receive(kmsg.NewPtrSyncGroupResponse())

	await("the dead member keeps its place", kerr.RebalanceInProgress.Code)
}
