using System.Globalization;
using System.Text;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Telehealth.PrepareVisit;

/// <summary>Reads the answers to a questionnaire as they were typed, and keeps them with the words in which was asked.</summary>
public static class QuestionnaireAnswers
{
    public const int MaxText = 1_000;

    /// <summary>Name of a question's field.</summary>
    public static string Field(string code) => $"q-{code}";

    public static (IReadOnlyList<QuestionAnswer> Answers, IReadOnlyList<Error> Problems) Read(QuestionnaireSettings asked, Func<string, string?> typed)
    {
        var (answers, problems) = (new List<QuestionAnswer>(), new List<Error>());
        foreach (var question in asked.Questions)
        {
            var field = Field(question.Code);
            if (typed(field) is not { } text)
            {
                if (question.Required)
                {
                    problems.Add(Error.OnField(field, "required"));
                }
                continue;
            }
            if (text.Length > MaxText)
            {
                problems.Add(Error.OnField(field, "too-long", MaxText));
            }
            else if (Answer(question, text) is { } answer)
            {
                // The doctor reads Japanese, whatever the patient's screen was in.
                answers.Add(new QuestionAnswer(question.Code, question.Label.Ja, answer));
            }
            else
            {
                problems.Add(Error.OnField(field, question.Kind == QuestionKind.Number ? "prepare.not-a-number" : "prepare.not-an-answer"));
            }
        }
        return (answers, problems);
    }

    private static string? Answer(QuestionSettings question, string text) => question.Kind switch
    {
        QuestionKind.Text => text,
        QuestionKind.YesNo => text switch { "yes" => "はい", "no" => "いいえ", _ => null },
        QuestionKind.Choice => question.Options.FirstOrDefault(option => option.Code == text)?.Label.Ja,
        // Japanese keyboards send full-width figures as readily as narrow ones.
        _ => decimal.TryParse(text.Normalize(NormalizationForm.FormKC), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture) : null,
    };
}
