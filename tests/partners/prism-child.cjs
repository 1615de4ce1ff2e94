// Loaded into Prism's process: it ends when its standard input closes, which is when its parent asks for it or has gone.
// It writes its log late, so it gets a moment to finish.
process.stdin.on("close", () => setTimeout(() => process.exit(0), 250)).resume();
