"""The timeline: what is authored, how one frame of it is made, how it is edited, and how an edit is undone."""
