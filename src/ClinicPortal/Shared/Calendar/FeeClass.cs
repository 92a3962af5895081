namespace ClinicPortal.Shared.Calendar;

/// <summary>
/// Time class of a home visit for the addition to its fee (往診加算). At most one applies: 深夜 before 休日 before 夜間.
/// Whether the addition may be claimed hangs on more than the clock (posted hours of the institution, a regular visit within
/// 60 days, the doctor's decision), which is the business of billing.
/// </summary>
public enum FeeClass
{
    /// <summary>No addition by time; also out of hours: Saturday afternoon, weekdays 17–18 and 8–9.</summary>
    None,

    /// <summary>夜間: the evening and the early morning.</summary>
    Night,

    /// <summary>休日: see <see cref="FeeClassRules.IsFeeHoliday"/>.</summary>
    Holiday,

    /// <summary>深夜: the middle of the night.</summary>
    DeepNight,
}

/// <summary>A stretch of time within one class.</summary>
public readonly record struct FeeClassStretch(FeeClass Class, Interval Interval);
