package recording

// general are the formats of programs that serve or send any HTTP requests.
var general = []Format{
	goReplay, vegetaGob, vegetaJSON, vegetaCSV, vegetaTargets, vegetaTargetsJSON,
	harFormat, albLog, combined, jsonLog, csvFormat, nginxFormat,
}
