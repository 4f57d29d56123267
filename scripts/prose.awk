# SPDX-License-Identifier: GPL-2.0-only
#
# usage: awk -f prose.awk [-v limit=N] [-v list=1] FILE...
#
# Count "what" and "who" in the text of Markdown files and in comments. Free
# relatives ("who has X", "what is Y") make them frequent; plain English names the
# noun instead. The kernel's documentation has one or less in 1,000 words. Fails
# above N in 1,000 words, 3 if it is not given, of the documents or of the comments.
# With list, prints each line that has one.

BEGIN {
	if (!limit)
		limit = 3
}

FNR == 1 {
	kind = FILENAME ~ /\.md$/ ? "documents" : "comments"
	c = FILENAME ~ /\.(c|h)$/
	inside = 0
}

# text(LINE): LINE as far as it is prose
function text(line,    start)
{
	if (kind == "documents")
		return line
	if (!c) {
		if (line ~ /^#!/ || !match(line, /(^|[[:blank:]])#([[:blank:]]|$)/))
			return ""
		return substr(line, RSTART + 1)
	}
	if (!inside) {
		start = match(line, /\/\*|\/\/ /)
		if (!start)
			return ""
		line = substr(line, start + 2)
		inside = substr($0, start, 2) == "/*"
	}
	if (inside && sub(/\*\/.*/, "", line))
		inside = 0
	return line
}

{
	prose = text($0)
	gsub(/[^A-Za-z']+/, " ", prose)
	n = split(prose, word, " ")
	words[kind] += n
	for (i = 1; i <= n; i++) {
		if (tolower(word[i]) !~ /^(what|who)$/)
			continue
		found[kind]++
		if (list)
			printf "%s:%d: %s\n", FILENAME, FNR, $0
	}
}

END {
	for (kind in words) {
		if (!words[kind])
			continue
		rate = 1000 * found[kind] / words[kind]
		printf "%s: %.1f \"what\" or \"who\" in 1,000 words of %s (%d of %d)\n",
			"prose.awk", rate, kind, found[kind], words[kind]
		if (rate > limit)
			failed = 1
	}
	exit failed
}
