-- Notes stand where their marks are, for `float: footnote`: pandoc's own HTML has them at the end.
function Note(note)
  return pandoc.Span(pandoc.utils.blocks_to_inlines(note.content), { class = "footnote" })
end
