# Turns a file `_headers` into what nginx understands: for each header a map from the address that is answered to its value.
# nginx.conf names the types of files, because nginx would send a second Content-Type.
/^[^ ]/ {
    pattern = $0
    gsub(/[.+]/, "\\\\&", pattern)
    if (!sub(/\*$/, "", pattern)) pattern = pattern (pattern ~ /\/$/ ? "(index\\.html)?$" : "$")
}
/^  / {
    colon = index($0, ": ")
    name = substr($0, 3, colon - 3)
    value = substr($0, colon + 2)
    if (name == "Content-Type") next
    gsub(/"/, "\\\"", value)
    rules[name] = rules[name] sprintf("    \"~^%s\" \"%s\";\n", pattern, value)
}
END {
    for (name in rules) {
        variable = tolower(name)
        gsub(/-/, "_", variable)
        printf "map $uri $site_%s {\n%s}\n", variable, rules[name]
        printf "add_header %s $site_%s always;\n", name, variable
    }
}
