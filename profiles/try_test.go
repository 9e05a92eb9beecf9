package profiles
import ("testing";"os";"fmt")
func TestTry(t *testing.T){
 for _, i := range Builtins() { 
   p, err := Open(i.Name, Options{}); if err!=nil {t.Fatal(err)}
   fmt.Println("####", i.Name, len(i.Title), i.Title, p.Digest())
   for _, c := range p.Cases() { pl := p.Plan(c,1); fmt.Println(c.Name,"|",c.Title,len(c.Title), c.Kind, c.Set, pl.Expected(), pl.Count(0), pl.Warnings, len(pl.Resources), len(pl.Registered)) }
 }
 p,_ := Open("noisy-neighbour",Options{}); p.Show(os.Stdout)
}
