import { recall } from './remember'

/** Whether single keys are shortcuts, which a person can turn off: who speaks to the browser presses many by chance. */
export const singleKeys = () => recall<boolean>('keys') ?? true
