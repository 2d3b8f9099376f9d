/** One line per notable event, on standard output: whoever starts the node decides where that goes. */
export function log(line: string): void {
    console.log(`${new Date().toISOString()} ${line}`);
}
