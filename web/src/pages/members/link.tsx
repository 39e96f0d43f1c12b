/** The link of a new invitation, to be handed on. */
import { useId, useState } from 'react'
import { useText } from '~/i18n'
import { Button } from '~/ui/button'
import { inputLook } from '~/ui/look'

/** What comes after `#` is sent to no server when the link is opened. */
export const linkOf = (code: string) => `${location.origin}/join#${code}`

export function InvitationLink({ code }: { code: string }) {
  const t = useText()
  const id = useId()
  const [told, setTold] = useState<'copied' | 'notCopied'>()
  const url = linkOf(code)
  const copy = () =>
    (navigator.clipboard?.writeText(url) ?? Promise.reject()).then(
      () => setTold('copied'),
      () => setTold('notCopied'),
    )
  // Whoever changes their mind about sharing it has it here all the same.
  const share = () => navigator.share({ title: t('invitations.shareText'), url }).catch(() => undefined)
  return (
    <div className="rise flex w-full flex-col gap-2 rounded-2xl bg-accent-soft p-4">
      <label htmlFor={id} className="font-medium text-sm">
        {t('invitations.link')}
      </label>
      <input
        id={id}
        readOnly
        value={url}
        aria-describedby={`${id}-hint`}
        onFocus={(event) => event.target.select()}
        className={inputLook}
      />
      <p id={`${id}-hint`} className="text-sm">
        {t('invitations.linkHint')}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" autoFocus onClick={() => void copy()}>
          {t('invitations.copy')}
        </Button>
        {'share' in navigator && (
          <Button look="outline" size="small" onClick={() => void share()}>
            {t('invitations.share')}
          </Button>
        )}
        <p role="status" className="text-sm">
          {told && t(`invitations.${told}`)}
        </p>
      </div>
    </div>
  )
}
