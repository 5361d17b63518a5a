/** Where an axis ends and where its marks stand. */
export interface Scale {
  readonly max: number
  readonly ticks: readonly number[]
}

/** An axis from 0 to at least `max`, with marks at 1, 2 or 5 times a power of ten. @param wanted - about how many steps. */
export function niceScale(max: number, wanted: number): Scale {
  if (max <= 0) return { max: 1, ticks: [0, 1] }
  const rough = max / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power
  const count = Math.ceil(max / step - 1e-9)
  return { max: count * step, ticks: Array.from({ length: count + 1 }, (_, index) => index * step) }
}

/** Marks on an axis of seconds: at whole seconds, minutes or hours. */
export function timeTicks(seconds: number, wanted: number): readonly number[] {
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400].find((candidate) => seconds / candidate <= wanted) ?? 28_800
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step)
}

/** `0.5`, `12`, `1,200`, `35k`. */
export function tickText(value: number): string {
  if (value >= 10_000) return `${Number((value / 1_000).toPrecision(3))}k`
  return Number(value.toPrecision(3)).toLocaleString('en-US')
}

/** `45 s`, `2:30`, `1:00:00`. @param whole - how long the axis is: it decides the form of every mark. */
export function timeText(seconds: number, whole: number): string {
  if (whole < 120) return `${seconds} s`
  const pad = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return whole < 7_200 ? `${minutes}:${pad(seconds % 60)}` : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`
}
