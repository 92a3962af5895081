namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>Rules between the values of <see cref="OnlineConsultationSettings"/>; the same for the files and for the guided page.</summary>
internal static class OnlineConsultationRules
{
    private const string Section = "onlineConsultation";
    private const int LongestReminderHours = 720;
    private const int FewestOptions = 2;

    public static void Check(SettingsDocument document, OnlineConsultationSettings? online)
    {
        // What could not be read has been noted already, and is not there to be looked at more closely.
        if (online is null || document.Problems.Found.Any(p => p.Field.StartsWith(Section, StringComparison.Ordinal)))
        {
            return;
        }
        CheckCodes(document, online.Services.Select(service => service.Code), $"{Section}.services");
        foreach (var (index, service) in online.Services.Index())
        {
            CheckQuestions(document, service.Questionnaire.Questions, $"{Section}.services[{index}].questionnaire.questions");
        }
        CheckReminders(document, online.Booking.RemindHoursBefore, $"{Section}.booking.remindHoursBefore");
        CheckWords(document, online.Prescription.ControlledDrugs, $"{Section}.prescription.controlledDrugs");
        CheckWords(document, online.Prescription.HighRiskDrugs, $"{Section}.prescription.highRiskDrugs");
    }

    private static void CheckQuestions(SettingsDocument document, IReadOnlyList<QuestionSettings> questions, string field)
    {
        CheckCodes(document, questions.Select(question => question.Code), field);
        foreach (var (index, question) in questions.Index())
        {
            var options = $"{field}[{index}].options";
            if (question.Kind == QuestionKind.Choice && question.Options.Count < FewestOptions)
            {
                document.Problems.Add(LineOf(document, options, $"{field}[{index}]"), options, "ChoiceWithoutOptions", FewestOptions);
            }
            else if (question.Kind != QuestionKind.Choice && question.Options.Count > 0)
            {
                document.Problems.Add(document.LineOf(options), options, "OptionsWithoutChoice");
            }
            CheckCodes(document, question.Options.Select(option => option.Code), options);
        }
    }

    /// <summary>Answers and appointments are kept under the codes.</summary>
    private static void CheckCodes(SettingsDocument document, IEnumerable<string> codes, string list)
    {
        var seen = new HashSet<string>();
        foreach (var (index, code) in codes.Index())
        {
            if (!seen.Add(code))
            {
                document.Problems.Add(document.LineOf($"{list}[{index}].code"), $"{list}[{index}].code", "Twice", code);
            }
        }
    }

    private static void CheckReminders(SettingsDocument document, IReadOnlyList<int> hours, string list)
    {
        foreach (var (index, before) in hours.Index())
        {
            if (before is < 1 or > LongestReminderHours)
            {
                document.Problems.Add(document.LineOf($"{list}[{index}]"), $"{list}[{index}]", "OutOfRange", 1, LongestReminderHours);
            }
        }
        if (hours.Distinct().Count() < hours.Count)
        {
            document.Problems.Add(document.LineOf(list), list, "ReminderTwice");
        }
    }

    /// <summary>Nothing is in every text: an empty word would stop every prescription.</summary>
    private static void CheckWords(SettingsDocument document, IReadOnlyList<string> words, string list)
    {
        foreach (var (index, word) in words.Index())
        {
            if (string.IsNullOrWhiteSpace(word))
            {
                document.Problems.Add(document.LineOf($"{list}[{index}]"), $"{list}[{index}]", "CellEmpty");
            }
        }
    }

    private static int LineOf(SettingsDocument document, string field, string owner) => document.LineOf(field) is > 0 and var line ? line : document.LineOf(owner);
}
