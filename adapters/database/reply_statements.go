package database

import "fmt"

// replyStatements are the lane's statements about occasions and the replies to them.
type replyStatements struct {
	occasions table[occasionRow]
	known     table[replyRow] // without the guest's key, which follows from the address
	replies   table[replyRow]
	changes   table[replyRow]

	lock           statement
	lockFree       statement
	findOccasions  statement
	readOccasions  statement
	insertOccasion statement
	updateOccasion statement

	read    statement
	holders statement
	waiting statement
	insert  statement
	update  statement
	remove  statement
}

func newReplyStatements() (*replyStatements, error) {
	occasions, err := tableOf[occasionRow]()
	if err != nil {
		return nil, err
	}
	replies, err := tableOf[replyRow]()
	if err != nil {
		return nil, err
	}
	known, changes := replies.without("guest"), replies.only(append([]string{"id"}, replyChanges...)...)
	return &replyStatements{
		occasions: occasions, replies: replies, known: known, changes: changes,
		lock:           occasions.read("FOR UPDATE"),
		lockFree:       occasions.read("FOR UPDATE SKIP LOCKED"),
		findOccasions:  occasions.only("id").read(""),
		readOccasions:  occasions.read(""),
		insertOccasion: occasions.insert(""),
		updateOccasion: occasions.update(),
		read:           known.read(""),
		holders:        holders,
		waiting:        waitingOf(known),
		insert:         replies.insert(""),
		update:         changes.update(),
		remove: statement{
			postgres: "DELETE FROM replies WHERE id = ANY($1)",
			sqlite:   "DELETE FROM replies WHERE id = ?",
		},
	}, nil
}

// holders finds the live replies of addresses.
var holders = statement{
	postgres: "SELECT r.occasion_id, r.email, r.id FROM unnest($1::uuid[], $2::uuid[]) AS w (occasion_id, guest)" +
		" JOIN replies r ON r.occasion_id = w.occasion_id AND r.guest = w.guest",
	sqlite: "SELECT occasion_id, email, id FROM replies WHERE occasion_id = ? AND guest = ?",
}

// waitingOf finds those who wait for an occasion and would fit into so many seats, the earliest first, at most so many.
func waitingOf(t table[replyRow]) statement {
	const waiting = " FROM replies r WHERE r.occasion_id = %s AND r.position > 0 AND r.party_size <= %s ORDER BY r.position LIMIT %s"
	return statement{
		postgres: "SELECT " + t.list("c.") + " FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS w (occasion_id, seats, most)" +
			" CROSS JOIN LATERAL (SELECT *" + fmt.Sprintf(waiting, "w.occasion_id", "w.seats", "w.most") + ") AS c",
		sqlite: "SELECT " + t.list("r.") + fmt.Sprintf(waiting, "?1", "?2", "?3"),
	}
}
