namespace ClinicPortal.Modules.Patients.Domain;

/// <summary>What a form goes on with when somebody else has written the same patient meanwhile: nobody's work is undone by not having seen it.</summary>
/// <param name="Shown">What was typed, and what the other one wrote where nothing was typed.</param>
/// <param name="Taken">Groups of fields that the other one wrote, and that this form left alone.</param>
/// <param name="Disputed">Groups of fields that both wrote, differently: this form's words stand and must be confirmed.</param>
public sealed record MergedPatient(WrittenPatient Shown, IReadOnlyList<string> Taken, IReadOnlyList<string> Disputed)
{
    /// <param name="begun">What the form showed before anybody typed.</param>
    public static MergedPatient Of(WrittenPatient begun, WrittenPatient typed, WrittenPatient stored)
    {
        var theirs = stored.DifferentFrom(begun);
        var taken = theirs.Except(typed.DifferentFrom(begun)).ToList();
        var shown = typed.Fields.Where(field => !taken.Contains(PatientField.Group(field.Key))).Concat(taken.SelectMany(group => stored.Of(group)));
        return new MergedPatient(
            WrittenPatient.From(shown.Select(field => KeyValuePair.Create<string, string?>(field.Key, field.Value))),
            taken, [.. theirs.Except(taken).Intersect(typed.DifferentFrom(stored))]);
    }
}
