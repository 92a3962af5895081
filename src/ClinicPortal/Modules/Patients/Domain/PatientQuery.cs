using System.Text;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Patients.Domain;

/// <summary>What one word of a query asks of a patient: a part of a name or number, a birth date, or either when it can be read as both.</summary>
public sealed record Criterion(string? Text, DateOnly? BirthDate, bool IsNumber)
{
    /// <summary>Whether patients can be looked up by it alone, without reading a large part of the directory.</summary>
    public bool Selective => BirthDate is not null || Text!.Length >= (IsNumber ? PatientQuery.FewestDigits : PatientQuery.FewestLetters);
}

/// <summary>A typed query: words in any order, all of which a patient must match.</summary>
public sealed record PatientQuery(IReadOnlyList<Criterion> Criteria)
{
    public const int FewestLetters = 2;

    public const int FewestDigits = 4;

    public const int MaxLength = 100;

    /// <summary>The criterion to look up by; the others are checked on what it finds.</summary>
    public Criterion Leading => Criteria.Where(c => c.Selective)
        .OrderByDescending(c => c.BirthDate is not null).ThenByDescending(c => c.IsNumber).ThenByDescending(c => c.Text?.Length ?? 0).First();

    public static Result<PatientQuery> Parse(string? query)
    {
        var text = StorableText.Of(query ?? "").Normalize(NormalizationForm.FormKC).Trim();
        if (text.Length == 0)
        {
            return Error.OnField("query", "patients.query-empty");
        }
        if (text.Length > MaxLength)
        {
            return Error.OnField("query", "too-long", MaxLength);
        }
        var criteria = WrittenDate.TryParse(text, out var date) && !text.All(char.IsAsciiDigit)
            ? [new Criterion(null, date, IsNumber: false)]
            : Words(text).Select(Read).Where(c => c.BirthDate is not null || c.Text!.Length > 0).ToList();
        return criteria.Any(c => c.Selective)
            ? new PatientQuery(criteria)
            : Error.OnField("query", "patients.query-too-short", FewestLetters, FewestDigits);
    }

    /// <summary>Splits at spaces, except inside a phone number typed in groups: <c>03 5555 5204</c>.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (words is [.., var last] && IsNumber(last) && IsNumber(word) && !WrittenDate.TryParse(last, out _) && !WrittenDate.TryParse(word, out _))
            {
                words[^1] = $"{last}-{word}";
            }
            else
            {
                words.Add(word);
            }
        }
        return words;
    }

    private static Criterion Read(string word)
    {
        var isDate = WrittenDate.TryParse(word, out var date);
        return IsNumber(word)
            // 1940-03-02 can only be a date, 19400302 may be part of a number as well.
            ? new Criterion(isDate && !word.All(char.IsAsciiDigit) ? null : PhoneDigits.Of(word), isDate ? date : null, IsNumber: true)
            : new Criterion(isDate ? null : SearchText.Letters(word), isDate ? date : null, IsNumber: false);
    }

    private static bool IsNumber(string word) =>
        word.Any(char.IsAsciiDigit) && word.All(c => char.IsAsciiDigit(c) || c is '-' or '+' or '(' or ')' or '.' or '/' or '‐' or '–' or '−' or 'ー');
}
