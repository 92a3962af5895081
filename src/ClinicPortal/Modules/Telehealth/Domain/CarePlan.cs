using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>What an オンライン診療計画 says: encrypted.</summary>
/// <param name="Aims">What the consultations are for.</param>
/// <param name="Conditions">Which illnesses, how often, and how it alternates with being seen in person.</param>
/// <param name="InPerson">In which cases the patient is seen in person instead.</param>
/// <param name="Emergency">The institution for emergencies, arranged beforehand.</param>
/// <param name="Security">What was explained about the risks of information.</param>
/// <param name="AgreedBy">Patient or family, by name.</param>
public sealed record CarePlanContent(string Aims, string Conditions, string InPerson, string Emergency, string Security, string AgreedBy)
{
    public const int MaxText = 2_000;
    public const int MaxName = 100;
}

/// <summary>One version of a patient's オンライン診療計画. Written once; a change is another version.</summary>
public sealed class CarePlan : ISealedRow
{
    /// <summary>Longer than this nobody can say what the patient will need.</summary>
    public const int MostMonths = 12;

    private CarePlan()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PatientId { get; private set; }

    /// <summary>1 for a patient's first.</summary>
    public int Number { get; private set; }

    public Guid ClinicId { get; private set; }

    public Guid AuthorId { get; private set; }

    public string AuthorName { get; private set; } = "";

    public DateOnly AgreedOn { get; private set; }

    public DateOnly ValidFrom { get; private set; }

    public DateOnly ValidUntil { get; private set; }

    public DateTimeOffset WrittenAt { get; private set; }

    public Sealed<CarePlanContent> SealedContent { get; private set; } = null!;

    public CarePlanContent Content => SealedContent.Value;

    public static Result<CarePlan> Write(
        Guid tenantId, Guid patientId, int number, CarePlanContent content, DateOnly agreedOn, DateOnly validFrom, DateOnly validUntil,
        CurrentUser author, DateOnly today, DateTimeOffset now)
    {
        var problems = Problems(content, agreedOn, validFrom, validUntil, today).ToList();
        return problems.Count > 0 ? Result<CarePlan>.Refused(problems) : new CarePlan
        {
            TenantId = tenantId,
            Id = Guid.CreateVersion7(now),
            PatientId = patientId,
            Number = number,
            ClinicId = author.OrganisationId!.Value,
            AuthorId = author.Id,
            AuthorName = author.Name,
            AgreedOn = agreedOn,
            ValidFrom = validFrom,
            ValidUntil = validUntil,
            WrittenAt = now,
            SealedContent = content,
        };
    }

    /// <summary>The version that counts on a day: the last that had begun. It may be over by then, and then there is none.</summary>
    public static CarePlan? InForce(IEnumerable<CarePlan> versions, DateOnly day) =>
        versions.Where(plan => plan.ValidFrom <= day).MaxBy(plan => plan.Number) is { } last && day <= last.ValidUntil ? last : null;

    private static IEnumerable<Error> Problems(CarePlanContent content, DateOnly agreedOn, DateOnly validFrom, DateOnly validUntil, DateOnly today)
    {
        foreach (var (field, text, most) in new[]
        {
            ("aims", content.Aims, CarePlanContent.MaxText), ("conditions", content.Conditions, CarePlanContent.MaxText), ("inPerson", content.InPerson, CarePlanContent.MaxText),
            ("emergency", content.Emergency, CarePlanContent.MaxText), ("security", content.Security, CarePlanContent.MaxText), ("agreedBy", content.AgreedBy, CarePlanContent.MaxName),
        })
        {
            if (text.Length == 0)
            {
                yield return Error.OnField(field, "required");
            }
            else if (text.Length > most)
            {
                yield return Error.OnField(field, "too-long", most);
            }
        }
        if (agreedOn > today)
        {
            yield return Error.OnField("agreedOn", "care-plan.agreed-in-the-future");
        }
        if (validFrom < agreedOn)
        {
            yield return Error.OnField("validFrom", "care-plan.before-agreed");
        }
        if (validUntil < validFrom)
        {
            yield return Error.OnField("validUntil", "care-plan.ends-before-it-begins");
        }
        else if (validUntil > validFrom.AddMonths(MostMonths))
        {
            yield return Error.OnField("validUntil", "care-plan.too-long", MostMonths);
        }
    }
}
