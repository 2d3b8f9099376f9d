/** Whether a stack may have what keeps nothing safe: its name must say that it is for development. */
export function isForDevelopment(stack: string): boolean {
    return /^dev(-|$)/.test(stack);
}
