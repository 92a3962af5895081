using System.Globalization;
using System.Text;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Shared.Http;

/// <summary>Reads figures from a form; what is none is added to the errors, in the words of whoever asks.</summary>
/// <param name="notANumber">Code of the refusal.</param>
/// <param name="notWhole">Code of the refusal of a fraction where a whole number belongs.</param>
internal sealed class FormFigures(FormPost form, List<Error> errors, string notANumber, string notWhole)
{
    /// <returns>Null when the field was left empty, or holds no number.</returns>
    public decimal? Number(string field)
    {
        // Japanese keyboards send full-width figures as readily as narrow ones.
        var text = form.Text(field)?.Normalize(NormalizationForm.FormKC);
        if (text is null)
        {
            return null;
        }
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }
        errors.Add(Error.OnField(field, notANumber));
        return null;
    }

    /// <inheritdoc cref="Number"/>
    public int? Whole(string field)
    {
        if (Number(field) is not { } number)
        {
            return null;
        }
        if (number == decimal.Truncate(number) && number <= int.MaxValue)
        {
            return (int)number;
        }
        errors.Add(Error.OnField(field, notWhole));
        return null;
    }
}
