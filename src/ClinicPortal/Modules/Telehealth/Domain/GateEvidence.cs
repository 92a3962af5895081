using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>How it came to be known that a gate is met.</summary>
public enum GateWay
{
    /// <summary>The patient opened the link with birth date and code.</summary>
    Link,

    /// <summary>On the patient's screen.</summary>
    Screen,

    /// <summary>Asked and answered by phone.</summary>
    Phone,

    /// <summary>Said in person or in the call itself.</summary>
    Oral,

    /// <summary>A photo of the document that the patient sent.</summary>
    Photo,

    /// <summary>A care plan in force on the day.</summary>
    CarePlan,

    /// <summary>The documented exception of a first visit.</summary>
    FirstVisit,
}

/// <summary>An answer to one question, with the words in which it was asked.</summary>
public sealed record QuestionAnswer(string Code, string Question, string Answer);

/// <summary>What shows that a gate was met, or why it was bypassed or reopened. Kept encrypted with its record.</summary>
public sealed record GateEvidence
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public GateWay? Way { get; init; }

    /// <summary>Name of who agreed, answered or was asked.</summary>
    public string? Who { get; init; }

    /// <summary>To the patient; null for the patient.</summary>
    public string? Relation { get; init; }

    /// <summary>When it was said, where that was before it was recorded.</summary>
    public string? When { get; init; }

    /// <summary>The link that was opened.</summary>
    public Guid? Link { get; init; }

    /// <summary>SHA-256 of the text that was agreed to or shown, or of the photo, in hexadecimal digits.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The language in which the text was read.</summary>
    public string? Language { get; init; }

    /// <summary>What the patient was shown of the doctor.</summary>
    public string? Shown { get; init; }

    public IReadOnlyList<QuestionAnswer>? Answers { get; init; }

    /// <summary>Version of the care plan.</summary>
    public int? Plan { get; init; }

    /// <summary>診療前相談, 紹介状: what was at hand about a patient who is seen for the first time; null when nothing was.</summary>
    public string? Background { get; init; }

    /// <summary>Why the patient cannot be seen in person.</summary>
    public string? WhyNotInPerson { get; init; }

    /// <summary>Why it was bypassed or reopened.</summary>
    public string? Reason { get; init; }

    /// <summary>It was bypassed because waiting would have endangered the patient.</summary>
    public bool? Emergency { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public static GateEvidence Of(GateRecord record) => JsonSerializer.Deserialize<GateEvidence>(record.SealedEvidence.Value, Options)!;
}
