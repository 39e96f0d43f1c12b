import { type ComponentType, lazy } from 'react'
import { useText } from '~/i18n'
import { useOnline } from '~/lib/online'
import { Button } from './button'

// biome-ignore lint/suspicious/noExplicitAny: whatever properties a part has.
type AnyPart = ComponentType<any>

/** A part of a page that is loaded when it is shown. Where it cannot be had, the rest of the page goes on beside that. */
export const lazily = <Part extends AnyPart>(load: () => Promise<{ default: Part }>) =>
  lazy(() => load().catch(() => ({ default: Missing as AnyPart as Part })))

/** The same for a part that not everybody misses: nothing is said where it cannot be had. */
export const quietly = <Part extends AnyPart>(load: () => Promise<{ default: Part }>) =>
  lazy(() => load().catch(() => ({ default: (() => null) as AnyPart as Part })))

/** Stands where a part could not be loaded. Browsers keep that in mind for as long as the page is open. */
function Missing() {
  const t = useText()
  const online = useOnline()
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 py-2">
      <p className="text-muted">{t('failed')}</p>
      <Button look="quiet" size="small" disabled={!online} onClick={() => location.reload()}>
        {t(online ? 'action.reload' : 'app.offline')}
      </Button>
    </div>
  )
}
