using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Money;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>
/// What makes one association different from the next: <c>tenants/&lt;slug&gt;/tenant.yaml</c>, and the same document as
/// JSON in the database once it is applied.
/// </summary>
public sealed record TenantSettings
{
    /// <summary>The folder's name and the first label of the association's host.</summary>
    [RegularExpression(HostName.Pattern), Parses<HostName>]
    public required string Identifier { get; init; }

    /// <summary>
    /// Without it an association is imported as a draft, reachable for nobody, until it is opened. Once open it stays so,
    /// whatever its file says later.
    /// </summary>
    public bool Open { get; init; }

    public required LocalizedText Name { get; init; }

    public required LocalizedText ShortName { get; init; }

    /// <summary>Begins every case number that people say aloud, as in SG-261122-042.</summary>
    [RegularExpression("^[A-Z]{2,3}$")]
    public required string CasePrefix { get; init; }

    /// <summary>IANA time zone of every clock time in these settings.</summary>
    [Parses<ZoneName>]
    public required string Zone { get; init; }

    [RegularExpression("^#[0-9a-fA-F]{6}$")]
    public required string Accent { get; init; }

    public required CareModel CareModel { get; init; }

    /// <summary>Identifier of the shared night desk that answers for this association; null where the clinics answer themselves.</summary>
    public string? Desk { get; init; }

    public required OutOfHoursSettings OutOfHours { get; init; }

    /// <summary>Versions by start date: the fee rules change with each revision (診療報酬改定).</summary>
    [MinLength(1)]
    public required IReadOnlyList<FeeClassSettings> FeeClasses { get; init; }

    public required TargetSettings Targets { get; init; }

    public required TriageSettings Triage { get; init; }

    public required DispatchSettings Dispatch { get; init; }

    /// <summary>Reasons that may be given for 不応需.</summary>
    [MinLength(1)]
    public required IReadOnlyList<CodedText> DeclineReasons { get; init; }

    /// <summary>The association's own clinic, which employs the night doctors for their shifts.</summary>
    public required InstitutionSettings AssociationClinic { get; init; }

    public required InvoiceIssuer InvoiceIssuer { get; init; }

    /// <summary>Null for <see cref="InvoicingSettings.Default"/>; left out then, so that what was stored before stays what it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InvoicingSettings? Invoicing { get; init; }

    public InvoicingSettings InvoicingRules() => Invoicing ?? InvoicingSettings.Default;

    public required PhoneNumbers PhoneNumbers { get; init; }

    /// <summary>オンライン診療; null where the association offers none.</summary>
    public OnlineConsultationSettings? OnlineConsultation { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<CareModel>))]
public enum CareModel
{
    /// <summary>A night desk takes every first call.</summary>
    AssociationDesk,

    /// <summary>The patient's clinic, then the secondary physician, then night cover (主・副主治医).</summary>
    PairedPhysicians,
}

/// <summary>When night cover answers. Not the fee classes: see <see cref="FeeClassSettings"/>.</summary>
public sealed record OutOfHoursSettings
{
    /// <summary>The night after each weekday, from its evening to the next morning.</summary>
    public required DailySpan WeekdayNight { get; init; }

    public required TimeOnly SaturdayFrom { get; init; }

    public required bool Sundays { get; init; }

    public required bool PublicHolidays { get; init; }

    /// <summary>Days of the year that are out of hours all day, such as 12-29 to 01-03.</summary>
    public required IReadOnlyList<YearlyPeriod> ClosedDays { get; init; }

    /// <summary>A night bears the date it began: before this time of day a case belongs to the day before.</summary>
    public required TimeOnly DayChange { get; init; }
}

/// <summary>The hours of the additions for home visits (往診加算), precedence 深夜 &gt; 休日 &gt; 夜間.</summary>
public sealed record FeeClassSettings
{
    public required DateOnly EffectiveFrom { get; init; }

    public required IReadOnlyList<DailySpan> Night { get; init; }

    public required IReadOnlyList<DailySpan> DeepNight { get; init; }

    public required FeeHolidaySettings Holidays { get; init; }
}

/// <summary>休日 in the sense of the fee rules.</summary>
public sealed record FeeHolidaySettings
{
    public required bool Sundays { get; init; }

    public required bool PublicHolidays { get; init; }

    public required IReadOnlyList<YearlyPeriod> Days { get; init; }
}

public sealed record TargetSettings
{
    [Range(1, 600)]
    public required int AnswerSeconds { get; init; }

    [Range(1, 3600)]
    public required int LevelSeconds { get; init; }

    [Range(1, 7200)]
    public required int DecisionSeconds { get; init; }

    public required DoorMinutes DoorMinutes { get; init; }

    /// <summary>The morning time by which the primary clinic has the report.</summary>
    public required TimeOnly ReportBy { get; init; }
}

/// <summary>Minutes from the decision to the patient's door. Red goes by ambulance and white stays on the phone.</summary>
public sealed record DoorMinutes
{
    [Range(1, 1440)]
    public required int Orange { get; init; }

    [Range(1, 1440)]
    public required int Yellow { get; init; }

    [Range(1, 1440)]
    public required int ExpectedDeath { get; init; }
}

public sealed record TriageSettings
{
    public required string Version { get; init; }

    /// <summary>The medical director who signed the protocol off; null means it is a sample and every screen says so.</summary>
    public string? ApprovedBy { get; init; }

    public DateOnly? ApprovedOn { get; init; }

    [MinLength(5)]
    public required IReadOnlyList<TriageLevelSettings> Levels { get; init; }

    [MinLength(1)]
    public required IReadOnlyList<CodedText> ChiefComplaints { get; init; }
}

public sealed record TriageLevelSettings
{
    public required TriageLevel Level { get; init; }

    public required LocalizedText Label { get; init; }

    /// <summary>What the level asks for.</summary>
    public required LocalizedText Action { get; init; }
}

/// <summary>Most urgent first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TriageLevel>))]
public enum TriageLevel
{
    Red,
    Orange,
    Yellow,
    Green,
    White,
}

public sealed record DispatchSettings
{
    /// <summary>Suggest the association's own units before those it shares.</summary>
    public required bool PreferOwnUnits { get; init; }

    /// <summary>Turns the straight line into minutes to the door.</summary>
    [Range(5, 80)]
    public required int AverageSpeedKmh { get; init; }
}

public sealed record InstitutionSettings
{
    public required string Name { get; init; }

    [Parses<InstitutionCode>]
    public required string InstitutionCode { get; init; }
}

/// <summary>The supplier on a qualified invoice (適格請求書発行事業者).</summary>
public sealed record InvoiceIssuer
{
    public required string Name { get; init; }

    [Parses<RegistrationNumber>]
    public required string RegistrationNumber { get; init; }

    [RegularExpression("^[0-9]{3}-[0-9]{4}$")]
    public required string PostalCode { get; init; }

    public required string Address { get; init; }

    [Phone]
    public required string Phone { get; init; }

    public required BankAccount BankAccount { get; init; }
}

public sealed record BankAccount
{
    public required string Bank { get; init; }

    public required string Branch { get; init; }

    /// <summary>普通 or 当座.</summary>
    public required string Kind { get; init; }

    [RegularExpression("^[0-9]{7}$")]
    public required string Number { get; init; }

    public required string HolderKana { get; init; }
}

public sealed record PhoneNumbers
{
    /// <summary>The secretariat by day.</summary>
    [Phone]
    public required string PublicNumber { get; init; }

    /// <summary>The number that patients are told to call at night.</summary>
    [Phone]
    public required string NightNumber { get; init; }

    public required IReadOnlyList<DutyPhone> DutyPhones { get; init; }
}

public sealed record DutyPhone
{
    public required string Label { get; init; }

    [Phone]
    public required string Number { get; init; }
}
