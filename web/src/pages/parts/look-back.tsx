import { useState } from 'react'
import { usePast } from '~/data/use'
import { useText } from '~/i18n'
import { Button } from '~/ui/button'
import { Icon } from '~/ui/icon'
import { LookBackDialog } from './look-back-dialog'

/** The way to look at the past, for those who look at now. */
export default function LookBack() {
  const t = useText()
  const past = usePast()
  const [open, setOpen] = useState(false)
  if (past) return null
  return (
    <>
      <Button look="quiet" size="small" onClick={() => setOpen(true)}>
        <Icon name="history" className="-ml-0.5 size-4" />
        {t('lookingBack.title')}
      </Button>
      {open && <LookBackDialog onClose={() => setOpen(false)} />}
    </>
  )
}
