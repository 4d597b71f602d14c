"""Course packs: folders of Markdown and YAML, as docs/course-packs.md describes them."""
