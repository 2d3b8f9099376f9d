/** Whether a stack's name says that it is for development. Only then may it use what has no backup or no isolation. */
export function isForDevelopment(stack: string): boolean {
    return /^dev(-|$)/.test(stack);
}
