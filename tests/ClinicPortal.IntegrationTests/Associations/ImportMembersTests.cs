using System.Diagnostics;
using System.Net;
using System.Text;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>The secretariat uploads the member list, sees every row, and confirms: all of it or nothing.</summary>
public sealed class ImportMembersTests(PortalFixture portal, ITestOutputHelper output) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";
    internal const string Heading = "医療機関名,フリガナ,医療機関コード,在支診区分,連携グループ,支援の状況,所在地,電話番号,FAX,標榜時間,医師,担当者,担当者メール";

    [Fact]
    public async Task Preview_ShowsEveryRowsProblems_AndNothingIsRegistered()
    {
        using var browser = await SecretariatAsync();

        var preview = await UploadAsync(browser, Encoding.UTF8.GetBytes($"""
            {Heading}
            よい医院,ヨイイイン,{Codes.Of(600001)},在支診,,,世田谷区経堂1-38-2,03-5555-0001,,月〜金 9:00-12:30;土 9:00-12:00,試験 一郎,試験 一郎,ok@list.example
            二番医院,二番,{Codes.Of(600002)[..9]}x,たぶん,,いろいろ,大阪市北区梅田1-1,5555,,9時から,,,no address
            三番医院,サンバン,{Codes.Of(600001)},,,,世田谷区経堂1-38-2,03-5555-0003,,,,,
            =1+1,ヨンバン,{Codes.Of(600004)},,,,世田谷区経堂1-38-2,03-5555-0004,,,,,
            五番医院,ゴバン,1319901078,,,,世田谷区経堂1-38-2,03-5555-0005,,,,,
            """));

        var rows = preview.Document.QuerySelectorAll("tbody tr").ToList();
        Assert.Equal(["", "row-problem", "row-problem", "row-problem", "row-problem"], rows.Select(row => row.ClassName ?? ""));
        Assert.All(new[] { "かな", "検査用", "単独型機能強化型", "支援の状況", "町丁目", "電話番号", "標榜時間", "メールアドレス" },
            said => Assert.Contains(said, rows[1].TextContent, StringComparison.Ordinal));
        Assert.Contains("2行目と同じ", rows[2].TextContent, StringComparison.Ordinal);
        Assert.Contains("先頭に", rows[3].TextContent, StringComparison.Ordinal);
        Assert.Contains("すでに登録", rows[4].TextContent, StringComparison.Ordinal);

        var forced = await browser.PostAsync(preview, preview.Url.AbsolutePath);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, forced.Status);
        Assert.Equal(0, await CountAsync("よい医院"));
    }

    [Fact]
    public async Task ThreeHundredClinics_AreRegisteredInOneSitting()
    {
        using var browser = await SecretariatAsync();
        var list = new StringBuilder(Heading).Append("\r\n");
        for (var i = 0; i < 300; i++)
        {
            list.Append($"取込医院{i},トリコミイイン,{Codes.Of(500000 + i)},在支診,,一人で24時間当番,世田谷区経堂一丁目{i + 1},03-5555-{i:D4},,月火水木金 9:00-12:30,院長 {i};医師 {i},院長 {i},clinic{i}@list.example\r\n");
        }
        var watch = Stopwatch.StartNew();

        var preview = await UploadAsync(browser, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(list.ToString())]);
        var previewed = watch.ElapsedMilliseconds;
        var done = await browser.PostAsync(preview, preview.Url.AbsolutePath);
        output.WriteLine($"300 clinics: {previewed} ms until the preview, {watch.ElapsedMilliseconds} ms until they are registered.");

        Assert.Equal("/members?imported=300", done.Location?.PathAndQuery);
        Assert.Equal(300, await portal.Database.ReadAsync<long>("SELECT count(*) FROM associations.member_clinic WHERE name LIKE '取込医院%'"));
        Assert.Equal(300, await portal.Database.ReadAsync<long>(
            "SELECT count(DISTINCT w.payload->>'Clinic') FROM app.work_item w JOIN associations.member_clinic c ON c.id::text = w.payload->>'Clinic' WHERE w.kind = 'associations.invite-administrator' AND c.name LIKE '取込医院%'"));
        Assert.Equal(600, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM associations.physician p JOIN associations.member_clinic c ON c.id = p.clinic_id WHERE c.name LIKE '取込医院%'"));
        Assert.Equal(300, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM associations.membership_change m JOIN associations.member_clinic c ON c.id = m.clinic_id WHERE c.name LIKE '取込医院%' AND m.kind = 'Joined'"));
    }

    [Fact]
    public async Task TwoSecretaries_ConfirmingTheSameListAtOnce_RegisterItOnce()
    {
        using var one = await SecretariatAsync();
        using var other = await SecretariatAsync();
        var file = Encoding.UTF8.GetBytes($"{Heading}\n同時医院,ドウジイイン,{Codes.Of(600010)},,,,世田谷区経堂1-38-2,03-5555-0010,,,,,\n");
        var first = await UploadAsync(one, file);
        var second = await UploadAsync(other, file);

        var answers = await Task.WhenAll(one.PostAsync(first, first.Url.AbsolutePath), other.PostAsync(second, second.Url.AbsolutePath));

        Assert.Equal([HttpStatusCode.SeeOther, HttpStatusCode.UnprocessableEntity], answers.Select(a => a.Status).Order());
        Assert.Equal(1, await CountAsync("同時医院"));
    }

    [Fact]
    public async Task List_InShiftJis_IsReadAsItWasWritten_AndConfirmedTwiceIsThereOnce()
    {
        using var browser = await SecretariatAsync();
        var shiftJis = CodePagesEncodingProvider.Instance.GetEncoding(932)!;
        var preview = await UploadAsync(browser, shiftJis.GetBytes($"{Heading}\r\n表計算医院,ﾋｮｳｹｲｻﾝ,{Codes.Of(600020)},,,,世田谷区経堂1-38-2,03-5555-0020,,,,,\r\n"));

        var done = await browser.PostAsync(preview, preview.Url.AbsolutePath);
        var replayed = await browser.PostAsync(preview, preview.Url.AbsolutePath);

        Assert.Equal(done.Location, replayed.Location);
        Assert.Equal("ヒョウケイサン", await portal.Database.ReadAsync<string>("SELECT kana FROM associations.member_clinic WHERE name = '表計算医院'"));
    }

    [Fact]
    public async Task File_ThatIsNoList_IsRefusedBesideItsField()
    {
        using var browser = await SecretariatAsync();
        var twentyMegabytes = new byte[20 * 1024 * 1024];
        Array.Fill(twentyMegabytes, (byte)'a');

        foreach (var (file, said) in new (byte[], string)[]
        {
            ([0x85, 0x30, 0xff], "文字コード"), (Encoding.UTF8.GetBytes("医療機関名,電話番号\n医院,03\n"), "フリガナ"), (Encoding.UTF8.GetBytes(Heading + "\n"), "行がありません"),
            (Encoding.UTF8.GetBytes(Heading + "\n\"医院,\n"), "引用符"), (twentyMegabytes, "2MB"), ([], "選んで"),
        })
        {
            var page = await PostFileAsync(browser, file);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
            Assert.Contains(said, page.Document.QuerySelector(".field-message")!.TextContent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ListOfAnotherAssociation_DoesNotExist_AndAClinicImportsNone()
    {
        using var browser = await SecretariatAsync();
        using var tamagawa = await Browser.SignInAsync(portal.Node, "secretariat@tamagawa.example", "tamagawa.localhost");
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", Setagaya);
        var preview = await UploadAsync(browser, Encoding.UTF8.GetBytes($"{Heading}\n他会医院,タカイ,{Codes.Of(600030)},,,,世田谷区経堂1-38-2,03-5555-0030,,,,,\n"));

        Assert.Equal(HttpStatusCode.NotFound, (await tamagawa.GetAsync(portal.Node.Url(preview.Url.AbsolutePath, "tamagawa.localhost"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await clinic.GetAsync(preview.Url)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await clinic.GetAsync(portal.Node.Url("/members", Setagaya))).Status);
    }

    private Task<Browser> SecretariatAsync() => Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Setagaya);

    private async Task<BrowserPage> UploadAsync(Browser browser, byte[] file)
    {
        var uploaded = await PostFileAsync(browser, file);
        Assert.Equal(HttpStatusCode.SeeOther, uploaded.Status);
        return await browser.GetAsync(uploaded.Location!);
    }

    private async Task<BrowserPage> PostFileAsync(Browser browser, byte[] file)
    {
        var page = await browser.GetAsync(portal.Node.Url("/members/import", Setagaya));
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in page.Form("/members/import").Where(field => field.Key != "file"))
        {
            content.Add(new StringContent(value), name);
        }
        content.Add(new ByteArrayContent(file), "file", "members.csv");
        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, page.Url) { Content = content });
    }

    private Task<long> CountAsync(string name) => portal.Database.ReadAsync<long>("SELECT count(*) FROM associations.member_clinic WHERE name = $1", name);
}
