using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>
/// オンライン診療の適切な実施に関する指針: at a first visit never narcotics or psychotropics; without background information no high-risk drugs and no
/// more than some days. The association's lists and figures decide; words are found however they are typed.
/// </summary>
public static partial class PrescriptionCheck
{
    /// <param name="rules">Null where the association has none (any more): then nothing is prescribed at a first visit.</param>
    /// <param name="hasBackground">診療前相談, 紹介状, a care plan: the doctor knows more of the patient than what is said in the call.</param>
    public static IEnumerable<Error> Problems(NoteContent content, PrescriptionRules? rules, bool firstVisit, bool hasBackground)
    {
        if (!firstVisit || (rules is null && !content.Prescribes))
        {
            yield break;
        }
        if (rules is null)
        {
            yield return Error.OnField(content.Lines.Count > 0 ? NoteContent.Field("drug", 0) : "prescriptionText", "prescription.no-rules");
            yield break;
        }
        for (var i = 0; i < content.Lines.Count; i++)
        {
            var line = content.Lines[i];
            foreach (var problem in InWords($"{line.Drug} {line.Dose}", NoteContent.Field("drug", i), rules, hasBackground))
            {
                yield return problem;
            }
            if (!hasBackground && line.Days > rules.FirstVisitMostDays)
            {
                yield return Error.OnField(NoteContent.Field("days", i), "prescription.too-many-days", rules.FirstVisitMostDays);
            }
        }
        foreach (var problem in InWords(content.PrescriptionText ?? "", "prescriptionText", rules, hasBackground))
        {
            yield return problem;
        }
    }

    private static IEnumerable<Error> InWords(string text, string field, PrescriptionRules rules, bool hasBackground)
    {
        var written = Normal(text);
        if (rules.ControlledDrugs.FirstOrDefault(drug => Names(written, drug)) is { } controlled)
        {
            yield return Error.OnField(field, "prescription.controlled", controlled);
        }
        else if (!hasBackground && rules.HighRiskDrugs.FirstOrDefault(drug => Names(written, drug)) is { } risky)
        {
            yield return Error.OnField(field, "prescription.high-risk", risky);
        }
        if (!hasBackground && DaysIn(written) > rules.FirstVisitMostDays)
        {
            yield return Error.OnField(field, "prescription.too-many-days", rules.FirstVisitMostDays);
        }
    }

    /// <summary>The longest time that is written out, such as 14日分 or 2週間, which the field for days does not know of; 0 when there is none.</summary>
    private static int DaysIn(string written) => Durations().Matches(written).Select(found => int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) * found.Groups[2].Value[0] switch
    {
        '日' => 1,
        '週' => 7,
        _ => 28,
    }).DefaultIfEmpty().Max();

    /// <summary>As <see cref="Normal"/> leaves them: 1か月 has become 1カ月.</summary>
    [GeneratedRegex("([0-9]{1,3})(日[分間]|週[分間]|[カヵケヶ箇]?月[分間])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Durations();

    private static bool Names(string written, string drug) => Normal(drug) is { Length: > 0 } name && written.Contains(name, StringComparison.Ordinal);

    /// <summary>Width, case, hiragana, blanks and the dots between parts of a name tell no two drugs apart.</summary>
    private static string Normal(string text) => string.Concat(
        text.Normalize(NormalizationForm.FormKC).ToUpperInvariant().Where(letter => !char.IsWhiteSpace(letter) && letter is not ('・' or '-' or '‐' or '−')).Select(Kana.ToKatakana));
}
