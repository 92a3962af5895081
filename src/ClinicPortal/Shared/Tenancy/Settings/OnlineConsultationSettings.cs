using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>オンライン診療: what an association offers, and what must be met before a consultation begins. Its texts are its own.</summary>
public sealed record OnlineConsultationSettings
{
    /// <summary>What the patient agrees to.</summary>
    public required VersionedText Consent { get; init; }

    /// <summary>What a guest agrees to before coming in.</summary>
    public required VersionedText GuestRules { get; init; }

    /// <summary>Where a patient is sent when more than a picture is needed: the law asks for an institution that was arranged beforehand.</summary>
    public required LocalizedText EmergencyInstitution { get; init; }

    /// <summary>Ask for a document with a photo as well.</summary>
    public bool PatientDocument { get; init; }

    [MinLength(1)]
    public required IReadOnlyList<ServiceSettings> Services { get; init; }

    public required BookingSettings Booking { get; init; }

    public required PrescriptionRules Prescription { get; init; }

    /// <summary>The service of a code; null when there is none (any more).</summary>
    public ServiceSettings? ServiceNamed(string code) => Services.FirstOrDefault(service => service.Code == code);
}

/// <summary>A text that people agree to or answer, with the version that is kept as evidence.</summary>
public sealed record VersionedText
{
    public required string Version { get; init; }

    /// <summary>Who approved the wording; null means that it is a sample and every page says so.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>Paragraphs are separated by empty lines.</summary>
    public required LocalizedText Text { get; init; }
}

/// <summary>What can be booked.</summary>
public sealed record ServiceSettings
{
    [RegularExpression("^[a-z][A-Za-z0-9]*$")]
    public required string Code { get; init; }

    public required LocalizedText Label { get; init; }

    [Range(5, 120)]
    public required int Minutes { get; init; }

    /// <summary>初診: the care plan may be replaced by the documented exception, and prescriptions are limited.</summary>
    public bool FirstVisit { get; init; }

    /// <summary>Patients and facilities may ask for it by a link, not only their clinic.</summary>
    public bool ByLink { get; init; }

    public required QuestionnaireSettings Questionnaire { get; init; }
}

/// <summary>問診票.</summary>
public sealed record QuestionnaireSettings
{
    public required string Version { get; init; }

    /// <summary>None asks nothing, and then the gate is met.</summary>
    public required IReadOnlyList<QuestionSettings> Questions { get; init; }
}

public sealed record QuestionSettings
{
    [RegularExpression("^[a-z][A-Za-z0-9]*$")]
    public required string Code { get; init; }

    public required LocalizedText Label { get; init; }

    public required QuestionKind Kind { get; init; }

    public bool Required { get; init; }

    /// <summary>Of a <see cref="QuestionKind.Choice"/>.</summary>
    public IReadOnlyList<CodedText> Options { get; init; } = [];
}

[JsonConverter(typeof(JsonStringEnumConverter<QuestionKind>))]
public enum QuestionKind
{
    Text,
    YesNo,
    Choice,
    Number,
}

public sealed record BookingSettings
{
    /// <summary>How far ahead may be booked.</summary>
    [Range(1, 365)]
    public required int HorizonDays { get; init; }

    /// <summary>Open appointments that one patient may have at once.</summary>
    [Range(1, 20)]
    public required int MostPerPatient { get; init; }

    /// <summary>How long before its start the patient may come into the waiting room.</summary>
    [Range(5, 240)]
    public required int OpenMinutesBefore { get; init; }

    /// <summary>How long after its start a patient who has not come counts as absent.</summary>
    [Range(5, 240)]
    public required int NoShowMinutes { get; init; }

    /// <summary>When reminders go out, in hours before the start.</summary>
    public required IReadOnlyList<int> RemindHoursBefore { get; init; }

    /// <summary>How long somebody of the waiting list may think about a time that became free.</summary>
    [Range(5, 1440)]
    public required int OfferMinutes { get; init; }
}

/// <summary>オンライン診療の適切な実施に関する指針: what may not be prescribed, or not without more. Words are looked for in what is written.</summary>
public sealed record PrescriptionRules
{
    /// <summary>At a first visit without background information.</summary>
    [Range(1, 90)]
    public required int FirstVisitMostDays { get; init; }

    /// <summary>麻薬・向精神薬: never at a first visit.</summary>
    public required IReadOnlyList<string> ControlledDrugs { get; init; }

    /// <summary>特に安全管理が必要な医薬品: not at a first visit without background information.</summary>
    public required IReadOnlyList<string> HighRiskDrugs { get; init; }
}
