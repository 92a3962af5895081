using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary><c>tenants/&lt;slug&gt;/pay.yaml</c>: 単価表 of doctors and drivers. Integer yen; of contractors excluding tax.</summary>
public sealed record PayRates
{
    /// <summary>In force from their dates on; a shift is paid by the table of the day on which it was begun.</summary>
    [MinLength(1)]
    public required IReadOnlyList<RateTable> Tables { get; init; }

    /// <summary>The table in force on a day; null before the first.</summary>
    public RateTable? On(DateOnly day) => Tables.Where(table => table.EffectiveFrom <= day).MaxBy(table => table.EffectiveFrom);
}

/// <summary>Which way a part of a minute's unit or of a yen goes (端数処理).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PayRounding>))]
public enum PayRounding
{
    Down,
    Up,

    /// <summary>四捨五入.</summary>
    Half,
}

/// <remarks>労働基準法 32, 35, 36, 37 and 附則141条 (doctors): what they ask for stands here as figures, for they change and associations agree on more.</remarks>
public sealed record RateTable
{
    public required DateOnly EffectiveFrom { get; init; }

    /// <summary>法定休日: the one weekly day, from midnight to midnight.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<DayOfWeek>))]
    public required DayOfWeek StatutoryRestDay { get; init; }

    /// <summary>起算日 of the week whose hours are counted.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<DayOfWeek>))]
    public DayOfWeek WeekBegins { get; init; } = DayOfWeek.Sunday;

    /// <summary>深夜 of labour law, which is not that of the fee schedule.</summary>
    public required DailySpan DeepNight { get; init; }

    /// <summary>年末年始, both days included.</summary>
    public YearlyPeriod? NewYear { get; init; }

    public required WorkLimits Limits { get; init; }

    /// <summary>To how many minutes the minutes of a line are rounded; 1 for none.</summary>
    [Range(1, 60)]
    public int MinuteUnit { get; init; } = 1;

    public PayRounding MinuteRounding { get; init; } = PayRounding.Half;

    /// <summary>Once for each line.</summary>
    public required PayRounding YenRounding { get; init; }

    /// <summary>Doctors who are employed; null where none are. So for the others.</summary>
    public PayRate? DoctorSalary { get; init; }

    public PayRate? DoctorContract { get; init; }

    public PayRate? DriverSalary { get; init; }

    public PayRate? DriverContract { get; init; }
}

/// <summary>Beyond which hours work is overtime (時間外).</summary>
public sealed record WorkLimits
{
    [Range(1, 24)]
    public required int DailyHours { get; init; }

    [Range(1, 168)]
    public required int WeeklyHours { get; init; }

    /// <summary>Overtime of a month beyond which the higher premium is paid.</summary>
    [Range(0, 744)]
    public required int MonthlyOvertimeHours { get; init; }

    /// <summary>Overtime of a doctor's year from April on that is not to be exceeded, work for others included.</summary>
    [Range(1, 8_784)]
    public required int YearlyOvertimeHours { get; init; }
}

/// <summary>What a person of one role and contract is paid.</summary>
public sealed record PayRate
{
    [Range(0, 1_000_000)]
    public required int PerHour { get; init; }

    /// <summary>For each shift worked.</summary>
    [Range(0, 1_000_000)]
    public int PerShift { get; init; }

    /// <summary>待機手当: for a shift in which no visit was made.</summary>
    [Range(0, 1_000_000)]
    public int Standby { get; init; }

    /// <summary>交通費: for each shift worked.</summary>
    [Range(0, 1_000_000)]
    public int Transport { get; init; }

    /// <summary>For each visit by the class of the time of arrival; null where visits are not paid for one by one.</summary>
    public VisitPrices? Visit { get; init; }

    /// <summary>Added to the visit when the patient died at home (看取り).</summary>
    [Range(0, 1_000_000)]
    public int EndOfLife { get; init; }

    /// <summary>オンライン診療: for each consultation by video, and by phone where that failed, outside of a shift; in a shift it is a part of it.</summary>
    [Range(0, 1_000_000)]
    public int Video { get; init; }

    /// <summary>Null where none are paid: of contractors the law asks for none.</summary>
    public PayPremiums? Premiums { get; init; }
}

/// <summary>割増 in percent of the hourly rate, each added to the others.</summary>
public sealed record PayPremiums
{
    [Range(0, 300)]
    public required int DeepNight { get; init; }

    [Range(0, 300)]
    public required int Overtime { get; init; }

    /// <summary>Of the hours beyond the month's limit, instead of <see cref="Overtime"/>.</summary>
    [Range(0, 300)]
    public required int OvertimeAbove { get; init; }

    /// <summary>On the statutory rest day, on which no hour is overtime.</summary>
    [Range(0, 300)]
    public required int RestDay { get; init; }

    [Range(0, 300)]
    public int PublicHoliday { get; init; }

    /// <summary>Of the hours at New Year, instead of <see cref="PublicHoliday"/>.</summary>
    [Range(0, 300)]
    public int NewYear { get; init; }
}

/// <summary>What no single figure can say.</summary>
internal static class PayRateRules
{
    public static void Check(SettingsDocument document, PayRates rates)
    {
        if (document.Problems.Found.Count == 0 && rates.Tables.DistinctBy(table => table.EffectiveFrom).Count() < rates.Tables.Count)
        {
            document.Problems.Add(document.LineOf("tables"), "tables", "SameStart");
        }
    }
}
