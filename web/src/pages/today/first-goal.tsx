import { useState } from 'react'
import { useText } from '~/i18n'
import { opened } from '~/shell/opened'
import { Button } from '~/ui/button'
import { inputLook } from '~/ui/look'
import { Empty } from '~/ui/state'

/** Nothing yet: one question, and the answer is the first goal. */
export default function FirstGoal() {
  const t = useText()
  const [title, setTitle] = useState('')
  return (
    <Empty title={t('firstGoal.title')} text={t('firstGoal.text')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          opened.set({ name: 'newGoal', title })
        }}
        className="flex flex-col gap-3"
      >
        <input
          aria-label={t('firstGoal.name')}
          placeholder={t('firstGoal.example')}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          maxLength={200}
          className={inputLook}
        />
        <Button type="submit">{t('goalForm.create')}</Button>
      </form>
    </Empty>
  )
}
