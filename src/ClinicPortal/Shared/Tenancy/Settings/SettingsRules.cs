namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>What no single value can say: rules between several. The same for the files and for the guided page.</summary>
internal static class SettingsRules
{
    private static readonly DateOnly AnyYear = new(2026, 1, 1);

    /// <param name="isDesk">Whether there is a shared night desk of that identifier.</param>
    public static void Check(SettingsDocument document, TenantSettings settings, Func<string, bool> isDesk)
    {
        if (settings.Desk is { } desk && !isDesk(desk))
        {
            document.Problems.Add(document.LineOf("desk"), "desk", "UnknownDesk", desk);
        }

        CheckLevels(document, settings.Triage);
        OnlineConsultationRules.Check(document, settings.OnlineConsultation);
        // What could not be read has been noted already, and is not there to be looked at more closely.
        if (!document.Problems.Found.Any(p => p.Field.StartsWith("outOfHours", StringComparison.Ordinal) || p.Field.StartsWith("feeClasses", StringComparison.Ordinal)))
        {
            CheckCalendars(document, settings);
        }
    }

    public static void Check(SettingsProblems problems, IReadOnlyList<TownBlock> areas)
    {
        if (problems.Found.Count > 0)
        {
            return;
        }

        if (areas.Count == 0)
        {
            problems.Add(1, "", "TooFew", 1);
        }

        // The heading is line 1, and a row that could not be read has been reported by its own line.
        var codes = new HashSet<string>();
        foreach (var (index, block) in areas.Index())
        {
            if (!codes.Add(block.Code))
            {
                problems.Add(index + 2, "code", "Twice", block.Code);
            }
        }
    }

    private static void CheckLevels(SettingsDocument document, TriageSettings? triage)
    {
        if (triage?.Levels is { } levels && !levels.Select(level => level?.Level).Order().SequenceEqual(Enum.GetValues<TriageLevel>().Cast<TriageLevel?>()))
        {
            document.Problems.Add(document.LineOf("triage.levels"), "triage.levels", "LevelsNotEachOnce");
        }
    }

    /// <summary>What <see cref="TenantCalendars"/> could not be built from.</summary>
    private static void CheckCalendars(SettingsDocument document, TenantSettings settings)
    {
        var night = settings.OutOfHours.WeekdayNight;
        if (night.To >= night.From)
        {
            document.Problems.Add(document.LineOf("outOfHours.weekdayNight"), "outOfHours.weekdayNight", "NightWithinOneDay");
        }

        if (Enumerable.Range(0, 366).Select(AnyYear.AddDays).All(day => settings.OutOfHours.ClosedDays.Any(period => period.Contains(day))))
        {
            document.Problems.Add(document.LineOf("outOfHours.closedDays"), "outOfHours.closedDays", "NeverOpen");
        }

        if (settings.FeeClasses.DistinctBy(c => c.EffectiveFrom).Count() < settings.FeeClasses.Count)
        {
            document.Problems.Add(document.LineOf("feeClasses"), "feeClasses", "SameStart");
        }
    }
}
