package database

// jobStatements are the lane's statements about jobs and the designs they lead to.
type jobStatements struct {
	jobs     table[jobRow]
	changes  table[jobRow]
	designs  table[designRow]
	latest   table[designRow]
	versions table[versionRow]

	lock          statement
	lockFree      statement
	read          statement
	find          statement
	insert        statement
	update        statement
	lockDesigns   statement
	insertDesigns statement
	updateDesigns statement
	parents       statement
	insertVersion statement
}

func newJobStatements() (*jobStatements, error) {
	jobs, err := tableOf[jobRow]()
	if err != nil {
		return nil, err
	}
	designs, err := tableOf[designRow]()
	if err != nil {
		return nil, err
	}
	versions, err := tableOf[versionRow]()
	if err != nil {
		return nil, err
	}
	changes, latest := jobs.only(append([]string{"id"}, jobChanges...)...), designs.only("id", "latest")
	return &jobStatements{
		jobs: jobs, changes: changes, designs: designs, latest: latest, versions: versions,
		lock:          jobs.read("FOR UPDATE"),
		lockFree:      jobs.read("FOR UPDATE SKIP LOCKED"),
		read:          jobs.read(""),
		find:          jobs.only("id").read(""),
		insert:        jobs.insert(""),
		update:        changes.update(),
		lockDesigns:   designs.read("FOR UPDATE"),
		insertDesigns: designs.insert(""),
		updateDesigns: latest.update(),
		insertVersion: versions.insert(""),
		parents: statement{
			postgres: joined(jobs, versions) + " JOIN design_versions v ON v.job_id = j.id" +
				" JOIN unnest($1::uuid[], $2::bigint[]) AS r (design_id, number)" +
				" ON v.design_id = r.design_id AND v.number = r.number",
			sqlite: joined(jobs, versions) + " JOIN design_versions v ON v.job_id = j.id WHERE v.design_id = ? AND v.number = ?",
		},
	}, nil
}
