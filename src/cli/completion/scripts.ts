/**
 * The completion scripts. They know nothing of trueup but its name: each hands the words so far to
 * `trueup __complete`, which answers with a line per candidate, `value<TAB>description`. No answer means files.
 */

const BASH = `# Completion of trueup for bash. For this shell: source <(trueup completion bash)
_trueup() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(trueup __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _trueup trueup
`;

const ZSH = `#compdef trueup
# Completion of trueup for zsh. For this shell: source <(trueup completion zsh)
_trueup() {
  local line value description
  local -a lines described
  lines=("\${(@f)$(trueup __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${lines[@]}"; do
    value=\${line%%$'\\t'*} description=\${line#*$'\\t'}
    [[ -n $value ]] && described+=("\${value//:/\\\\:}\${description:+:$description}")
  done
  if (( \${#described} )); then
    _describe trueup described
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" = _trueup ]]; then
  _trueup "$@"
else
  compdef _trueup trueup
fi
`;

const FISH = `# Completion of trueup for fish. For this shell: trueup completion fish | source
function __trueup_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer (trueup __complete $words[2..-1] "$current" 2>/dev/null)
    if test (count $answer) -gt 0
        printf '%s\\n' $answer
    else
        __fish_complete_path "$current"
    end
end
complete -c trueup -f -a '(__trueup_complete)'
`;

export const COMPLETION_SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
