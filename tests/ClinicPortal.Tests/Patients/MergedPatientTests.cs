using ClinicPortal.Modules.Patients.Domain;

namespace ClinicPortal.Tests.Patients;

/// <summary>Two people write one patient at the same time.</summary>
public sealed class MergedPatientTests
{
    private static readonly WrittenPatient Begun = Written(
        ("phone", "03-5555-0001"), ("entry", "玄関"), ("keyPersons.0.name", "一郎"), ("keyPersons.0.phone", "090-0000-0001"));

    [Fact]
    public void WhatOnlyTheOtherWrote_IsTakenOver()
    {
        var merged = MergedPatient.Of(Begun, Over(Begun, ("entry", "裏口")), Over(Begun, ("phone", "03-5555-0002")));

        Assert.Equal(("03-5555-0002", "裏口"), (merged.Shown["phone"], merged.Shown["entry"]));
        Assert.Equal(["phone"], merged.Taken);
        Assert.Empty(merged.Disputed);
    }

    [Fact]
    public void WhatBothWrote_StaysAsTypedAndIsDisputed()
    {
        var merged = MergedPatient.Of(Begun, Over(Begun, ("entry", "裏口")), Over(Begun, ("entry", "勝手口")));

        Assert.Equal("裏口", merged.Shown["entry"]);
        Assert.Equal(["entry"], merged.Disputed);
    }

    [Fact]
    public void WhatBothWroteAlike_IsNoMatter()
    {
        var merged = MergedPatient.Of(Begun, Over(Begun, ("entry", "裏口")), Over(Begun, ("entry", "裏口")));

        Assert.Empty(merged.Taken.Concat(merged.Disputed));
    }

    /// <summary>A list is one thing: half of one row and half of another would be somebody who does not exist.</summary>
    [Fact]
    public void RowsOfAList_AreNeverMixed()
    {
        var theirs = Over(Begun, ("keyPersons.0.name", "花子"), ("keyPersons.0.phone", "090-0000-0009"));

        var merged = MergedPatient.Of(Begun, Over(Begun, ("keyPersons.0.phone", "090-0000-0002")), theirs);

        Assert.Equal(("一郎", "090-0000-0002"), (merged.Shown["keyPersons.0.name"], merged.Shown["keyPersons.0.phone"]));
        Assert.Equal(["keyPersons"], merged.Disputed);
    }

    [Fact]
    public void WhatTheOtherEmptied_IsEmptied() =>
        Assert.Equal("", MergedPatient.Of(Begun, Begun, Over(Begun, ("entry", ""))).Shown["entry"]);

    private static WrittenPatient Written(params (string Field, string Value)[] fields) =>
        WrittenPatient.From(fields.Select(f => KeyValuePair.Create<string, string?>(f.Field, f.Value)));

    private static WrittenPatient Over(WrittenPatient written, params (string Field, string Value)[] fields) =>
        Written([.. fields, .. written.Fields.Where(f => !fields.Any(o => o.Field == f.Key)).Select(f => (f.Key, f.Value))]);
}
