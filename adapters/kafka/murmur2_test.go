package kafka

import (
	"bufio"
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"testing"
)

// The vectors are the answers of Kafka's Java client, see testdata/Murmur2.java.
func TestKeysGoWhereJavaSendsThem(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/murmur2.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	vectors := 0
	for lines := bufio.NewScanner(file); lines.Scan(); vectors++ {
		columns := strings.Split(lines.Text(), "\t")
		raw, err := hex.DecodeString(columns[0])
		if err != nil {
			t.Fatal(err)
		}
		key := string(raw)
		got := []string{
			strconv.FormatUint(uint64(murmur2(key)), 10),
			strconv.Itoa(int(partitionOf(key, 12))),
			strconv.Itoa(int(partitionOf(key, 7))),
		}
		if want := columns[1:]; strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("key %s: murmur2 and partitions of 12 and 7 are %v, want %v", columns[0], got, want)
		}
	}
	if vectors < 200 {
		t.Errorf("only %d vectors", vectors)
	}
}
