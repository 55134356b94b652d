// Loaded ahead of a child's own program: a parent that was killed closes the pipe, and the child
// ends in order instead of holding its port.
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM')).resume()
