/** The texts of plans, in German. */
import type en from './en.plan'

const plan: typeof en = {
  plan: {
    title: 'Plan',
    schedule: 'Zeitplan',
    every: 'Jeden Tag',
    daysCount_one: '{{count}} Tag pro Woche',
    daysCount_other: '{{count}} Tage pro Woche',
    atLeast: 'mindestens {{minutes}}',
    target: 'Wochenziel',
    noTarget: 'Keines',
    pauses: 'Pausen',
    noPauses: 'Keine Pausen',
    pause: 'Pausieren',
    resume: 'Fortsetzen',
    range: '{{first}} bis {{last}}',
    open: 'seit {{first}}, bis du fortsetzt',
    endPause: 'Pause {{range}} entfernen',
    pausedNow: 'Pausiert',
    editSchedule: 'Zeitplan ändern',
    setTarget: 'Wochenziel setzen',
    editTarget: 'Wochenziel ändern',
    addPause: 'Pause hinzufügen',
    earlier: 'Früher',
    from: 'ab {{date}}',
    scheduleSet: 'Zeitplan von {{title}} geändert',
    targetSet: 'Wochenziel von {{title}} geändert',
    targetWithdrawn: 'Wochenziel von {{title}} aufgehoben',
    paused: '{{title}} pausiert',
    resumed: '{{title}} fortgesetzt',
    perWeekTime: '{{value}} pro Woche',
  },
}

export default plan
