"""Files of people: read, judged and printed without a database. `people.actions.importing` does what they say."""
