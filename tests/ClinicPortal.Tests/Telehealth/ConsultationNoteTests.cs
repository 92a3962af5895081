using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Tests.Telehealth;

public sealed class ConsultationNoteTests
{
    private static readonly NoteContent Whole = new()
    {
        Subjective = "咳", Assessment = "感冒", Plan = "経過観察", PatientFound = "かぜです", PatientNext = "3日後に電話", Lines = [new("アセトアミノフェン", "頓用", 3)],
    };

    private readonly ConsultationNote note = ConsultationNote.Begin(AnAppointment.Booked(), AnAppointment.Doctor, AnAppointment.Start);

    [Fact]
    public void Sign_BeforeTheCallIsOver_IsRefused_AndLeavesADraft()
    {
        Write(Whole);

        Assert.Equal("note.call-not-over", note.Sign(AppointmentStatus.InProgress, AnAppointment.Start).Single().Code);
        Assert.Equal(NoteState.Draft, note.State);
    }

    [Fact]
    public void Sign_WithWhatIsRequiredMissing_NamesTheFields()
    {
        Write(new NoteContent { Objective = "顔色良好" });

        Assert.Equal(
            ["subjective", "assessment", "plan", "patientFound", "patientNext"], note.Sign(AppointmentStatus.Fulfilled, AnAppointment.Start).Select(e => e.Field));
    }

    [Fact]
    public void Signed_IsNeverWrittenOrSignedAgain()
    {
        Write(Whole);
        Assert.Empty(note.Sign(AppointmentStatus.Fulfilled, AnAppointment.Start));

        Assert.Equal("note.already-signed", Write(Whole with { Plan = "別の計画" }).Single().Code);
        Assert.Equal("note.already-signed", note.Sign(AppointmentStatus.Fulfilled, AnAppointment.Start).Single().Code);
        Assert.Equal("経過観察", note.Content.Plan);
    }

    [Fact]
    public void Write_WithImplausibleFigures_OrALineWithoutADrug_NamesTheFields_AndKeepsWhatWasThere()
    {
        Write(Whole);

        Assert.Equal(["temperature", "diastolic", "drug1", "days2"], Write(Whole with
        {
            Vitals = new NoteVitals(Temperature: 386m, Systolic: 80, Diastolic: 90),
            Lines = [new("", null, null), new("", "1日3回", null), new("カルボシステイン", null, 400)],
        }).Select(e => e.Field));
        Assert.Equal(Whole.Lines, note.Content.Lines);
    }

    [Fact]
    public void Rows_LeftEmpty_AreNotKept()
    {
        Write(Whole with { Lines = [new("", null, null), new("カルボシステイン", null, 5)] });

        Assert.Equal("カルボシステイン 5日分", note.Content.Lines.Single().ToString());
    }

    [Fact]
    public void Prescription_HasTheSameHashForTheSameWords_AndAnotherForOthers()
    {
        var appointment = AnAppointment.Booked();
        var one = Prescription.Issue(appointment, Whole, null, null, AnAppointment.Doctor, AnAppointment.Start);
        var same = Prescription.Issue(appointment, Whole, null, null, AnAppointment.Doctor, AnAppointment.Start.AddMinutes(1));
        var other = Prescription.Issue(appointment, Whole with { Lines = [new("アセトアミノフェン", "頓用", 4)] }, null, null, AnAppointment.Doctor, AnAppointment.Start);

        Assert.Equal(32, one.Sha256.Length);
        Assert.Equal(one.Sha256, same.Sha256);
        Assert.NotEqual(one.Sha256, other.Sha256);
    }

    private IReadOnlyList<Error> Write(NoteContent content) => note.Write(content, [], AnAppointment.Doctor, AnAppointment.Start);
}
