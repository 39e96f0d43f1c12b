/** The texts that nothing shown at first says, in English: in one file, since they are always loaded together. */
import dialogs from './en.dialogs'
import problems from './en.problems'
import sharing from './en.sharing'

export default { ...dialogs, ...problems, ...sharing }
